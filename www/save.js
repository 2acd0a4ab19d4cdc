// Files that leave the page by the browser's own download, through the one anchor that index.html holds for it.
const save = (name, blob) => {
  const anchor = document.getElementById("save-anchor");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
};

// Parts as Uint8Array, one behind the other.
export const save_parts = (name, type, parts) => save(name, new Blob(parts, { type }));

export const save_canvas = (name, canvas) => canvas.toBlob((blob) => save(name, blob), "image/png");

export const save_text = (name, type, text) => save(name, new Blob([text], { type }));

// Dark modules on white, at least 8 pixels each.
export const save_picture = async (name, side, path) => {
  const scale = Math.max(8, Math.ceil(512 / side));
  const canvas = new OffscreenCanvas(side * scale, side * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.fillStyle = "#000";
  context.fill(new Path2D(path));
  save(name, await canvas.convertToBlob());
};
