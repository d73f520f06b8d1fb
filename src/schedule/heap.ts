/** What is due first comes first; equal times come in any order. */
export type Heap<T> = {
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
  readonly size: () => number;
};

/** Makes a binary heap over `dueMs`. An item's time must not change while it is inside. */
export function createHeap<T extends { readonly dueMs: number }>(): Heap<T> {
  const items: T[] = [];
  const earlier = (a: number, b: number) => items[a]!.dueMs < items[b]!.dueMs;
  const swap = (a: number, b: number) => {
    [items[a], items[b]] = [items[b]!, items[a]!];
  };

  function sink() {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < items.length && earlier(left, least)) least = left;
      if (right < items.length && earlier(right, least)) least = right;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  }

  return {
    push(item) {
      items.push(item);
      for (let at = items.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!earlier(at, parent)) return;
        swap(at, parent);
        at = parent;
      }
    },
    peek: () => items[0],
    pop() {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0 && last) {
        items[0] = last;
        sink();
      }
      return first;
    },
    size: () => items.length,
  };
}
