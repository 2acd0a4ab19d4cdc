// Short tones by the browser's own synthesiser: nothing is fetched, and nothing sounds before the reader has done something.
let context;
export const has_sound = () => typeof AudioContext === "function";

// One after the other; `tones` holds frequency in Hz and place from -1, left, to 1, right, in turn. Whether they are heard:
// the browser may still be opening its output.
export const play_tones = (tones, seconds) => {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return false;
  context ??= new AudioContext();
  if (context.state !== "running") {
    context.resume();
    return false;
  }
  for (let i = 0; i < tones.length; i += 2) {
    const begin = context.currentTime + 0.02 + (i / 2) * seconds;
    const [tone, volume, place] = [context.createOscillator(), context.createGain(), context.createStereoPanner()];
    tone.type = "triangle";
    tone.frequency.value = tones[i];
    place.pan.value = tones[i + 1];
    // Up and down again, so that nothing clicks.
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.2, begin + 0.015);
    volume.gain.linearRampToValueAtTime(0, begin + seconds * 0.95);
    tone.connect(volume).connect(place).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + seconds);
  }
  return true;
};
