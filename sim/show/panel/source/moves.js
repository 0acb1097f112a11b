/** Which state is asked for, and when: the newest wins, none waits behind another, the last is always drawn. */

const PATIENCE = 250; // milliseconds until a newer state is sent although the last is not answered
const SILENCE = 300; // milliseconds without an answer until the reader is told

/**
 * @typedef {object} Moves
 * @property {() => void} ask for the present state
 * @property {(move: number) => void} answered the answer to this move is drawn
 * @property {() => boolean} quiet nothing is asked that is not answered
 * @property {() => void} stop
 */

/**
 * @param {() => number} send sends the present state, and returns the number of its move
 * @param {(waits: boolean) => void} show tells the reader whether an answer is late
 * @returns {Moves}
 */
export function moves(send, show) {
  let sent = 0;
  let sentAt = -Infinity;
  let waits = false;
  let changed = false;
  let later = 0;
  let late = 0;

  function ask() {
    changed = true;
    const left = sentAt + PATIENCE - performance.now();
    if (!waits || left <= 0) sendNow();
    else if (!later) later = window.setTimeout(sendNow, left);
  }

  function sendNow() {
    clearTimeout(later);
    later = 0;
    if (!changed) return;
    changed = false;
    sentAt = performance.now();
    if (!late) late = window.setTimeout(() => show(true), SILENCE);
    waits = true;
    sent = send();
  }

  /** @param {number} move */
  function answered(move) {
    if (move < sent) return;
    waits = false;
    clearTimeout(late);
    late = 0;
    show(false);
    sendNow();
  }

  function stop() {
    clearTimeout(later);
    clearTimeout(late);
  }

  return { ask, answered, quiet: () => !waits && !changed, stop };
}
