/**
 * What to call whenever there is something new: one piece of work at a time, and one more after it if there was a
 * call meanwhile, so that answers never overtake each other and a burst costs two questions. Work that fails is
 * tried again with the next call.
 */
export function latestOnly(work: () => Promise<void>): () => void {
  let isWorking = false;
  let isWanted = false;
  return () => {
    isWanted = true;
    if (isWorking) return;
    isWorking = true;
    void (async () => {
      while (isWanted) {
        isWanted = false;
        await work().catch(() => {});
      }
      isWorking = false;
    })();
  };
}
