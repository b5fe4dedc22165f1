//! A sealed file, opened where it lies: checked to its last byte before the first one of it is believed, then read piece
//! by piece. It is never in memory whole.
//!
//! The construction is GCM as NIST SP 800-38D, section 7.2, has it, over the crates that `aes-gcm` itself is made of; that
//! crate opens only what is in memory whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use aes::Aes256;
use aes::cipher::{BlockEncrypt, KeyInit};
use ctr::Ctr32BE;
use ctr::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use shared::sealed::{KEY_LENGTH, MAGIC, MAX, NONCE_LENGTH};

/// The length of the seal at the end of a file.
const TAG: usize = 16;
/// All before the letter.
const BEFORE: usize = MAGIC.len() + KEY_LENGTH + NONCE_LENGTH;
/// The length of AES's blocks, the first of which covers the seal itself.
const BLOCK: usize = 16;
/// What is read at a time; whole blocks.
const PIECE: usize = 64 * 1024;

/// A sealed file whose seal is whole.
pub struct Envelope {
    file: File,
    key: [u8; 32],
    /// The first counter (J0).
    counter: [u8; BLOCK],
    /// The letter's length.
    length: u64,
}

impl Envelope {
    /// Opens a file. `key` is told the key in the file and finds what the letter is sealed with. `None`: it is no sealed
    /// file, or a byte of it was altered.
    pub fn open(
        mut file: File,
        key: impl FnOnce(&[u8]) -> Option<[u8; 32]>,
    ) -> io::Result<Option<Self>> {
        let length = file.metadata()?.len();
        let length = length.checked_sub((BEFORE + TAG) as u64);
        let Some(length) = length.filter(|length| *length <= MAX as u64) else {
            return Ok(None);
        };
        let mut before = [0; BEFORE];
        file.read_exact(&mut before)?;
        let theirs = before
            .strip_prefix(&MAGIC)
            .and_then(|rest| rest.get(..KEY_LENGTH));
        let Some(key) = theirs.and_then(key) else {
            return Ok(None);
        };
        let mut counter = [0; BLOCK];
        counter[..NONCE_LENGTH].copy_from_slice(&before[BEFORE - NONCE_LENGTH..]);
        counter[BLOCK - 1] = 1;
        let mut envelope = Self {
            file,
            key,
            counter,
            length,
        };
        let computed = envelope.seal(&before)?;
        let mut seal = [0; TAG];
        envelope.file.read_exact(&mut seal)?;
        // Every byte is compared, so that the time does not tell where they differ.
        let difference = computed.iter().zip(&seal).map(|(a, b)| a ^ b);
        let is_whole = difference.fold(0, |all, byte| all | byte) == 0;
        Ok(is_whole.then_some(envelope))
    }

    /// What the seal must be; the file is read to it.
    fn seal(&mut self, before: &[u8]) -> io::Result<[u8; TAG]> {
        let mut hash_key = ghash::Key::default();
        Aes256::new(&self.key.into()).encrypt_block(&mut hash_key);
        let mut hash = GHash::new(&hash_key);
        hash.update_padded(before);
        let mut piece = vec![0; PIECE];
        let mut left = self.length;
        while left > 0 {
            let count = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            self.file.read_exact(&mut piece[..count])?;
            hash.update_padded(&piece[..count]);
            left -= count as u64;
        }
        let mut lengths = ghash::Block::default();
        lengths[..8].copy_from_slice(&(before.len() as u64 * 8).to_be_bytes());
        lengths[8..].copy_from_slice(&(self.length * 8).to_be_bytes());
        hash.update(&[lengths]);
        let mut seal: [u8; TAG] = hash.finalize().into();
        self.cipher().apply_keystream(&mut seal);
        Ok(seal)
    }

    fn cipher(&self) -> Ctr32BE<Aes256> {
        Ctr32BE::new(&self.key.into(), &self.counter.into())
    }

    /// The letter's length.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// A piece of the letter. `None`: it does not have so many bytes there.
    pub fn read(&mut self, at: u64, length: usize) -> io::Result<Option<Vec<u8>>> {
        let end = at.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            return Ok(None);
        }
        let mut bytes = vec![0; length];
        self.file.seek(SeekFrom::Start(BEFORE as u64 + at))?;
        self.file.read_exact(&mut bytes)?;
        let mut cipher = self.cipher();
        cipher.seek(BLOCK as u64 + at);
        cipher.apply_keystream(&mut bytes);
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Known answers of GCM with a key of 256 bits (test case 16 of the GCM specification: McGrew and Viega, appendix B),
    /// where the data before the letter is another than ours.
    #[test]
    fn what_it_computes_is_gcm() {
        let hex = |text: &str| -> Vec<u8> {
            let digits = text.as_bytes().chunks(2);
            let pairs = digits.map(|pair| std::str::from_utf8(pair).expect("digits"));
            pairs
                .map(|pair| u8::from_str_radix(pair, 16).expect("a byte"))
                .collect()
        };
        let key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        let before = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let sealed = hex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838\
             c5f61e6393ba7a0abcc9f662",
        );
        let plain = hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525\
             b16aedf5aa0de657ba637b39",
        );
        let mut counter = [0; BLOCK];
        counter[..NONCE_LENGTH].copy_from_slice(&hex("cafebabefacedbaddecaf888"));
        counter[BLOCK - 1] = 1;
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&[0; BEFORE]).expect("room");
        file.write_all(&sealed).expect("room");
        file.seek(SeekFrom::Start(BEFORE as u64)).expect("a place");
        let mut envelope = Envelope {
            file,
            key: key.try_into().expect("32 bytes"),
            counter,
            length: sealed.len() as u64,
        };
        let seal = envelope.seal(&before).expect("a seal");
        assert_eq!(seal.to_vec(), hex("76fc6ece0f4e1768cddf8853bb2d551b"));
        for (at, length) in [(0, 60), (0, 1), (15, 2), (16, 16), (33, 27), (60, 0)] {
            let piece = envelope.read(at as u64, length).expect("a file");
            assert_eq!(piece.as_deref(), Some(&plain[at..at + length]));
        }
        for (at, length) in [(0, 61), (60, 1), (u64::MAX, 1)] {
            assert_eq!(envelope.read(at, length).expect("a file"), None);
        }
    }
}
