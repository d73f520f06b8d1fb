/** Anchors that end at one byte of a buffer. */
export type Hit = { readonly offset: number; readonly anchors: readonly number[] };

/** Finds all anchors in `buffer` from 0 to `length`, in the order of their ends. Case and blanks, line ends too, do not count. */
export type FindAnchors = (buffer: Uint8Array, length: number) => readonly Hit[];

/** The form in which anchors are looked for: lower case, without blanks. */
export function squeeze(text: string): string {
  return text.toLowerCase().replaceAll(/[ \t\r\n]+/g, '');
}

/**
 * Aho-Corasick as a dense table over classes of bytes. Blanks lead every state back to itself, so padding and split
 * lines cost nothing. Each step waits for the one before; four lanes at a time hide that wait (measured with 170
 * anchors: 300 MB/s with one lane, 510 MB/s with four; one RegExp of the same anchors 70 to 130 MB/s, ripgrep 470 MB/s).
 */
export function buildAutomaton(anchors: readonly string[]): FindAnchors {
  const squeezed = anchors.map(squeeze);
  const { classOf, classes } = toClasses(squeezed);
  const { table, ending, depthOf, endsOf } = toTable(toTrie(squeezed, classOf), classes);

  return (buffer, length) => {
    const lane = length >> 2;
    const found: [Pairs, Pairs, Pairs, Pairs] = [[], [], [], []];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0, j = lane, k = 2 * lane, l = 3 * lane; i < lane; i++, j++, k++, l++) {
      a = table[a + classOf[buffer[i]!]!]!;
      b = table[b + classOf[buffer[j]!]!]!;
      c = table[c + classOf[buffer[k]!]!]!;
      d = table[d + classOf[buffer[l]!]!]!;
      // Ending rows stand at and above a power of two: one comparison for four lanes.
      if ((a | b | c | d) >= ending) {
        if (a >= ending) keep(found[0], buffer, i, a);
        if (b >= ending) keep(found[1], buffer, j, b);
        if (c >= ending) keep(found[2], buffer, k, c);
        if (d >= ending) keep(found[3], buffer, l, d);
      }
    }
    for (let i = 4 * lane; i < length; i++) {
      d = table[d + classOf[buffer[i]!]!]!;
      if (d >= ending) keep(found[3], buffer, i, d);
    }
    finish(found[0], a, buffer, lane, length);
    finish(found[1], b, buffer, 2 * lane, length);
    finish(found[2], c, buffer, 3 * lane, length);
    return toHits(found.flat());
  };

  function keep(found: Pairs, buffer: Uint8Array, offset: number, state: number): void {
    if (classOf[buffer[offset]!] !== 0) found.push([offset, state]);
  }

  /** Follows what a lane had begun before the next lane's part starts. */
  function finish(found: Pairs, begun: number, buffer: Uint8Array, start: number, length: number): void {
    let state = begun;
    for (let i = start, seen = 0; i < length && depthOf(state) > seen; i++) {
      const kind = classOf[buffer[i]!]!;
      if (kind === 0) continue;
      state = table[state + kind]!;
      seen++;
      if (state >= ending) found.push([i, state]);
    }
  }

  function toHits(pairs: Pairs): readonly Hit[] {
    const byOffset = Map.groupBy(pairs, ([offset]) => offset);
    return [...byOffset]
      .sort(([one], [other]) => one - other)
      .map(([offset, states]) => ({
        offset,
        anchors: [...new Set(states.flatMap(([, state]) => endsOf(state)))],
      }));
  }
}

type Pairs = [offset: number, state: number][];
type Node = { readonly next: Map<number, number>; readonly depth: number; fail: number; ends: number[] };

/** Class 0 are blanks, class 1 is every byte that no anchor holds. */
function toClasses(anchors: readonly string[]) {
  const classOf = new Uint8Array(256).fill(1);
  let classes = 2;
  for (const byte of Buffer.from(anchors.join(''))) {
    if (classOf[byte] === 1) classOf[byte] = classes++;
  }
  for (let byte = 65; byte <= 90; byte++) classOf[byte] = classOf[byte + 32]!;
  for (const blank of [9, 10, 13, 32]) classOf[blank] = 0;
  return { classOf, classes };
}

function toTrie(anchors: readonly string[], classOf: Uint8Array): readonly Node[] {
  const nodes: Node[] = [{ next: new Map(), depth: 0, fail: 0, ends: [] }];
  for (const [anchor, text] of anchors.entries()) {
    let at = 0;
    for (const byte of Buffer.from(text)) {
      const kind = classOf[byte]!;
      const known = nodes[at]!.next.get(kind);
      if (known === undefined) {
        nodes[at]!.next.set(kind, nodes.length);
        nodes.push({ next: new Map(), depth: nodes[at]!.depth + 1, fail: 0, ends: [] });
      }
      at = known ?? nodes.length - 1;
    }
    nodes[at]!.ends.push(anchor);
  }
  return nodes;
}

/** Rows in order of depth, so that the rows in use lie together; those where an anchor ends come last. */
function toTable(nodes: readonly Node[], classes: number) {
  const order = [0];
  const rows = nodes.map(() => new Int32Array(classes));
  for (const at of order) {
    const { next, fail } = nodes[at]!;
    for (let kind = 0; kind < classes; kind++) {
      const elsewhere = at === 0 ? 0 : rows[fail]![kind]!;
      const child = next.get(kind);
      rows[at]![kind] = kind === 0 ? at : (child ?? elsewhere);
      if (child === undefined) continue;
      nodes[child]!.fail = elsewhere;
      nodes[child]!.ends.push(...nodes[elsewhere]!.ends);
      order.push(child);
    }
  }
  const [quiet, loud] = [
    order.filter(at => nodes[at]!.ends.length === 0),
    order.filter(at => nodes[at]!.ends.length > 0),
  ];
  const ending = 2 ** Math.ceil(Math.log2(quiet.length * classes));
  const rank = new Int32Array(nodes.length);
  for (const [place, at] of quiet.entries()) rank[at] = place * classes;
  for (const [place, at] of loud.entries()) rank[at] = ending + place * classes;
  const table = new Int32Array(ending + loud.length * classes);
  for (const at of order)
    table.set(
      rows[at]!.map(to => rank[to]!),
      rank[at]!,
    );
  const nodeOf = (state: number) =>
    nodes[state < ending ? quiet[state / classes]! : loud[(state - ending) / classes]!]!;
  return {
    table,
    ending,
    depthOf: (state: number) => nodeOf(state).depth,
    endsOf: (state: number) => nodeOf(state).ends,
  };
}
