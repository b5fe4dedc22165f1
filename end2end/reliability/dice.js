// Chance that can be repeated: the same seed draws the same moments.
export class Dice {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** Mulberry32. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(from, to) {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(percent) {
    return this.next() * 100 < percent;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }
}
