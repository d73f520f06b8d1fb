import type { Random } from './random.ts';

/** What a parser is fed: valid samples to spoil, and words of its language. */
export type Diet = { readonly samples: readonly Buffer[]; readonly words: readonly (string | Buffer)[] };

const edges = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x20, 0xc0] as const;
const mostBytes = 64 * 1024;
const oversizedBytes = 1024 * 1024;

/** One hostile input: random, valid, cut off, mutated, joined from two, nested, endless or oversized. */
export function hostile(random: Random, diet: Diet): Buffer {
  const sample = random.pick(diet.samples);
  if (random.once(500)) return endless(random, diet);
  switch (random.below(8)) {
    case 0:
      return random.bytes(random.below(2_048));
    case 1:
      return sample;
    case 2:
      return sample.subarray(0, random.below(sample.length + 1));
    case 3: {
      const other = random.pick(diet.samples);
      const joined = [
        sample.subarray(0, random.below(sample.length)),
        other.subarray(random.below(other.length)),
      ];
      return mutated(random, Buffer.concat(joined), diet);
    }
    case 4:
      return nested(random, diet);
    default:
      return mutated(random, sample, diet);
  }
}

/** A few wounds: other bytes, edge values, lengths that lie, pieces gone, doubled or put in. */
function mutated(random: Random, sample: Buffer, { words }: Diet): Buffer {
  let bytes = Buffer.from(sample);
  for (let wounds = 1 + random.below(6); wounds > 0; wounds--) {
    const at = random.below(bytes.length + 1);
    switch (random.below(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = random.below(256);
        break;
      case 1:
        if (at < bytes.length) bytes[at] = random.pick(edges);
        break;
      case 2:
        if (at + 2 <= bytes.length)
          bytes.writeUInt16BE(random.pick([0, 1, 0x7fff, 0x8000, 0xc000, 0xc00c, 0xffff]), at);
        break;
      case 3:
        if (at + 4 <= bytes.length)
          bytes.writeUInt32BE(random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff]), at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(32))]);
        break;
      case 5: {
        const piece = bytes.subarray(at, at + random.below(256));
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
        break;
      }
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(words)), bytes.subarray(at)]);
    }
  }
  return bytes.subarray(0, mostBytes);
}

/** One word again and again, inside a sample: depth for what nests, length for what counts. */
function nested(random: Random, { samples, words }: Diet): Buffer {
  const sample = random.pick(samples);
  const word = Buffer.from(random.pick(words));
  const times = random.pick([2, 16, 64, 300, 2_000]);
  const repeated = Buffer.concat(
    Array.from({ length: Math.min(times, mostBytes / Math.max(word.length, 1)) }, () => word),
  );
  const at = random.below(sample.length + 1);
  return Buffer.concat([sample.subarray(0, at), repeated, sample.subarray(at)]);
}

/** More than anybody has to send: one line or one word without end, or the sample over and over. */
function endless(random: Random, { samples, words }: Diet): Buffer {
  const sample = random.pick(samples);
  const unit = random.pick([Buffer.from('x'), Buffer.from(random.pick(words)), sample, random.bytes(997)]);
  const filled = Buffer.alloc(oversizedBytes, unit.length === 0 ? Buffer.from('x') : unit);
  return Buffer.concat([sample.subarray(0, random.below(sample.length + 1)), filled]);
}

/** The same bytes as they may arrive: at once, in pieces, or one by one. */
export function inPieces(random: Random, bytes: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = [];
  const most = random.pick([bytes.length, bytes.length, 1, 7, 1_460]);
  const size = Math.max(most, Math.ceil(bytes.length / 8_192), 1);
  for (let at = 0; at < bytes.length; ) {
    const end = at + (most === 1 || most === bytes.length ? size : 1 + random.below(size));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
