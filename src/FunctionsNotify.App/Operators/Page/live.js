// Polling: every five seconds, not while the tab is hidden, slower while the API fails.

const usual = 5000, slowest = 60000;

/** Calls `work` again and again until the signal ends it. Returns a function that calls it at once. */
export function poll(work, signal, every = usual) {
  let timer, delay = every, running = false, again = false;

  async function run() {
    clearTimeout(timer);
    if (signal.aborted || document.hidden) return;
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await work();
      delay = every;
    } catch (fault) {
      if (signal.aborted) return;
      delay = Math.min(delay * 2, slowest);
    } finally {
      running = false;
    }
    timer = setTimeout(run, again ? 0 : delay);
    again = false;
  }

  document.addEventListener('visibilitychange', run, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  run();
  return run;
}
