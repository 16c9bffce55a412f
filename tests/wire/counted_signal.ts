/** A signal that tells who still listens to it. */

/** A controller and its signal, with the number of listeners. */
export function countedSignal(): { controller: AbortController; signal: AbortSignal; readonly listeners: number } {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
    listeners.add(listener);
    add(type, listener);
  };
  signal.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  return {
    controller,
    signal,
    get listeners() {
      return listeners.size;
    },
  };
}
