import json
import numpy as np


def read(path):
    """The tensors and the metadata of a safetensors file of 32-bit floats."""
    with open(path, "rb") as file:
        data = file.read()
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    about = header.pop("__metadata__")
    tensors = {}
    for name, tensor in header.items():
        first, last = (end + at for at in tensor["data_offsets"])
        tensors[name] = np.frombuffer(data[first:last], "<f4").reshape(tensor["shape"])
    return tensors, about


def windows(maps, sweep):
    """[images, channels, height, width] as [images, down, across, channels, size, size]."""
    pad, size, stride = sweep["padding"], sweep["size"], sweep["stride"]
    maps = np.pad(maps, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    views = np.lib.stride_tricks.sliding_window_view(maps, (size, size), axis=(2, 3))
    return views[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)


def outputs(tensors, about, lane, pixels):
    """Outputs a_L before softmax or logistic, [images, classes]; pixels [images, inputs], bytes, channel by channel."""
    act = {"tanh": np.tanh, "relu": lambda a: np.maximum(a, 0), "logistic": lambda a: 1 / (1 + np.exp(-a))}
    layers = json.loads(about["layers"])
    h = pixels.astype("f4") / 255
    for i, layer in enumerate(layers, 1):
        w, b = tensors[f"{lane}.layers.{i}.weight"], tensors[f"{lane}.layers.{i}.bias"]
        if layer["kind"] == "convolution":
            seen = windows(h.reshape(-1, *layer["input"]), layer)
            seen = seen.reshape(*seen.shape[:3], -1)  # rows of w: channel, down, across
            maps = (seen @ w + b).transpose(0, 3, 1, 2)
            if "pool" in layer:
                maps = windows(maps, layer["pool"]).max(axis=(4, 5)).transpose(0, 3, 1, 2)
            a = maps.reshape(len(h), -1)
        else:
            a = h @ w + b
        h = act[about["activation"]](a) if i < len(layers) else a
    return h
