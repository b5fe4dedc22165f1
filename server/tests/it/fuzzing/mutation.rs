//! Altering inputs, by a seed.

/// Numbers that programs stumble over.
const NUMBERS: [&str; 10] = [
    "0",
    "-1",
    "255",
    "65536",
    "2147483647",
    "-2147483648",
    "9223372036854775807",
    "18446744073709551616",
    "1e400",
    "0.1",
];
/// Signs that texts stumble over.
const SIGNS: [&str; 10] = [
    "\0",
    "\u{202e}",
    "\u{feff}",
    "\\ud800",
    "\u{10ffff}",
    "\"",
    "[",
    "{",
    "\n",
    "%",
];
/// The longest input: alterations of alterations grow.
const LONGEST: usize = 200_000;

pub struct Mutator {
    state: u64,
    words: &'static [&'static str],
}

impl Mutator {
    pub fn new(seed: u64, words: &'static [&'static str]) -> Self {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        Self { state, words }
    }

    /// Xorshift.
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % end.max(1)
    }

    /// An input, altered one to eight times.
    pub fn altered(&mut self, input: &[u8], corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(8) {
            self.alter(&mut bytes, corpus);
            bytes.truncate(LONGEST);
        }
        bytes
    }

    fn alter(&mut self, bytes: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let end = (at + 1 + self.below(64)).min(bytes.len()).max(at);
        match self.below(9) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => {
                bytes.drain(at..end);
            }
            2 => {
                let piece = bytes[at..end].to_vec();
                let times = 1 + self.below(4);
                insert(bytes, at, &piece.repeat(times));
            }
            3 => bytes.truncate(at),
            4 => {
                let number = NUMBERS[self.below(NUMBERS.len())];
                self.replace_number(bytes, at, number);
            }
            5 => {
                let sign = SIGNS[self.below(SIGNS.len())];
                let times = [1, 1, 3, 200][self.below(4)];
                insert(bytes, at, sign.repeat(times).as_bytes());
            }
            6 => {
                let word = self.words[self.below(self.words.len())];
                insert(bytes, at, word.as_bytes());
            }
            7 => {
                let other = &corpus[self.below(corpus.len())];
                let from = self.below(other.len() + 1);
                let to = (from + self.below(400)).min(other.len());
                insert(bytes, at, &other[from..to]);
            }
            _ => {
                let random: Vec<u8> = (0..=self.below(16))
                    .map(|_| self.next().to_le_bytes()[0])
                    .collect();
                insert(bytes, at, &random);
            }
        }
    }

    /// Puts a number in the place of the next one.
    fn replace_number(&mut self, bytes: &mut Vec<u8>, from: usize, number: &str) {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let Some(begin) = bytes[from..].iter().position(is_digit) else {
            return;
        };
        let begin = from + begin;
        let length = bytes[begin..]
            .iter()
            .take_while(|byte| is_digit(byte))
            .count();
        bytes.splice(begin..begin + length, number.bytes());
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}
