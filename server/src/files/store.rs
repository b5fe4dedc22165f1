//! Whole files and scans, by their hash, and results of jobs, by their id: in a folder, or in anything that speaks S3.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{
    Error, GetResult, ObjectStore, ObjectStoreExt, PutPayload, Result, RetryConfig,
};
use shared::evidence::FileHash;
use shared::ids::JobId;

/// The store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("không mở được thư mục {}: {error}", .folder.display())]
    Folder {
        folder: PathBuf,
        error: std::io::Error,
    },
    #[error("địa chỉ kho tệp {0:?} không dùng được; cần một thư mục hoặc s3://KHO/ĐƯỜNG_DẪN")]
    Address(String),
    #[error("kho tệp: {0}")]
    Store(#[from] Error),
}

/// How long a store that does not answer is asked again. Then the phone asks again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whole files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// What all keys begin with: nothing, or a path with a stroke at its end.
    prefix: String,
    folder: Option<PathBuf>,
}

impl Store {
    pub fn open(at: &str) -> std::result::Result<Self, StoreError> {
        match at.strip_prefix("s3://") {
            Some(bucket) => Self::bucket(at, bucket),
            None if at.contains("://") => Err(StoreError::Address(at.to_owned())),
            None => Self::folder_at(Path::new(at)),
        }
    }

    fn folder_at(folder: &Path) -> std::result::Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Folder {
            folder: folder.to_owned(),
            error,
        })?;
        // A file that was acknowledged survives a power cut, as a change does.
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            prefix: String::new(),
            folder: Some(folder.to_owned()),
        })
    }

    /// Keys, region and endpoint come from the environment, as for every program that speaks S3.
    fn bucket(at: &str, bucket: &str) -> std::result::Result<Self, StoreError> {
        let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
        let prefix = prefix.trim_matches('/');
        if bucket.is_empty() || Key::parse(prefix).is_err() {
            return Err(StoreError::Address(at.to_owned()));
        }
        let retry = RetryConfig {
            retry_timeout: PATIENCE,
            ..RetryConfig::default()
        };
        let objects = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(retry)
            .build()?;
        Ok(Self {
            objects: Arc::new(objects),
            prefix: match prefix {
                "" => String::new(),
                prefix => format!("{prefix}/"),
            },
            folder: None,
        })
    }

    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Keeps a file; it is durable when this returns. The same file once more is the same file.
    pub async fn put(&self, hash: FileHash, bytes: Bytes) -> Result<()> {
        let payload = PutPayload::from_bytes(bytes);
        self.objects.put(&self.key(hash), payload).await?;
        Ok(())
    }

    pub async fn get(&self, hash: FileHash) -> Result<GetResult> {
        self.objects.get(&self.key(hash)).await
    }

    /// The length of a file; `None` when it is not there.
    pub async fn size(&self, hash: FileHash) -> Result<Option<u64>> {
        match self.objects.head(&self.key(hash)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Forgets a file. One that is not there is forgotten already.
    pub async fn delete(&self, hash: FileHash) -> Result<()> {
        match self.objects.delete(&self.key(hash)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            done => done,
        }
    }

    /// Two digits first, so that no folder holds them all.
    fn key(&self, hash: FileHash) -> Key {
        let hash = hash.to_string();
        Key::from(format!("{}evidence/{}/{hash}", self.prefix, &hash[..2]))
    }

    /// Keeps the result of a job: whole and durable when this returns, or not there.
    pub async fn put_result(&self, id: JobId, bytes: Bytes) -> Result<()> {
        let payload = PutPayload::from_bytes(bytes);
        self.objects.put(&self.result_key(id), payload).await?;
        Ok(())
    }

    pub async fn result(&self, id: JobId) -> Result<GetResult> {
        self.objects.get(&self.result_key(id)).await
    }

    /// Forgets the result of a job, if it has one.
    pub async fn forget_result(&self, id: JobId) -> Result<()> {
        match self.objects.delete(&self.result_key(id)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            done => done,
        }
    }

    /// Keeps a scan of a signed paper. Those of evidence are kept apart: a scan stays when no form lists it.
    pub async fn put_scan(&self, hash: FileHash, bytes: Bytes) -> Result<()> {
        let payload = PutPayload::from_bytes(bytes);
        self.objects.put(&self.scan_key(hash), payload).await?;
        Ok(())
    }

    pub async fn scan(&self, hash: FileHash) -> Result<GetResult> {
        self.objects.get(&self.scan_key(hash)).await
    }

    fn scan_key(&self, hash: FileHash) -> Key {
        let hash = hash.to_string();
        Key::from(format!("{}scans/{}/{hash}", self.prefix, &hash[..2]))
    }

    fn result_key(&self, id: JobId) -> Key {
        Key::from(format!("{}jobs/{id}", self.prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_prefix_and_the_hash() {
        let hash = FileHash::from_digest([0xa7; 32]);
        let digits = "a7".repeat(32);
        for (at, key) in [
            ("s3://kho", format!("evidence/a7/{digits}")),
            ("s3://kho/", format!("evidence/a7/{digits}")),
            (
                "s3://kho/banhoc/2026/",
                format!("banhoc/2026/evidence/a7/{digits}"),
            ),
        ] {
            let store = Store::open(at).expect("a store");
            assert_eq!(store.key(hash).as_ref(), key, "{at}");
            assert_eq!(store.folder(), None);
        }
    }

    #[test]
    fn an_address_that_is_none_is_told() {
        for at in ["s3://", "s3:///x", "http://kho", "s3://kho/a//b"] {
            assert!(
                matches!(Store::open(at), Err(StoreError::Address(_))),
                "{at}"
            );
        }
    }
}
