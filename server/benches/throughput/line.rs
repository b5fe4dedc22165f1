//! One kept connection, as a browser holds it.

use std::io::Read;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE,
};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use shared::api::Session;
use tokio::net::TcpStream;

/// From here on a phone compresses what it sends (`app/src/offline/net.rs`).
const GZIP_FROM: usize = 1_024;

pub struct Line {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    pub cookie: String,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// As it travelled.
    pub packed: Bytes,
    /// From the first byte sent to the last one read.
    pub took: Duration,
}

impl Answer {
    pub fn body(&self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        let encoding = self.headers.get(CONTENT_ENCODING);
        match encoding.map(|it| it.as_bytes()) {
            None => body.extend_from_slice(&self.packed),
            Some(b"gzip") => {
                flate2::read::GzDecoder::new(self.packed.as_ref()).read_to_end(&mut body)?;
            }
            Some(b"br") => {
                brotli::Decompressor::new(self.packed.as_ref(), 64 * 1_024)
                    .read_to_end(&mut body)?;
            }
            Some(other) => anyhow::bail!("an unknown encoding: {}", String::from_utf8_lossy(other)),
        }
        Ok(body)
    }
}

impl Line {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_string(),
            cookie: String::new(),
        })
    }

    /// Opens a line and signs in on it.
    pub async fn sign_in(
        address: SocketAddr,
        username: &str,
        password: &str,
    ) -> anyhow::Result<(Self, Session)> {
        let mut line = Self::open(address).await?;
        let body = json!({"username": username, "password": password}).to_string();
        let answer = line
            .send(Method::POST, "/api/v1/login", body.into())
            .await?;
        ensure!(
            answer.status == StatusCode::OK,
            "{username} was not signed in: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body()?)
        );
        let cookie = answer.headers.get(SET_COOKIE).context("no cookie")?;
        let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
        line.cookie = pair.to_owned();
        Ok((line, serde_json::from_slice(&answer.body()?)?))
    }

    pub async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    pub async fn post(&mut self, path: &str, body: Vec<u8>) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, body.into()).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Answer> {
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(HOST, &self.host)
            .header(COOKIE, &self.cookie)
            // What a browser sends to a server that it trusts.
            .header(ACCEPT_ENCODING, "gzip, deflate, br, zstd")
            .header(ACCEPT, "application/json, text/html");
        let mut body = body;
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/json");
            if body.len() >= GZIP_FROM {
                request = request.header(CONTENT_ENCODING, "gzip");
                body = gzip(&body)?;
            }
        }
        let request = request.body(Full::new(body))?;
        self.sender.ready().await?;
        let begun = Instant::now();
        let response = self.sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        let packed = body.collect().await?.to_bytes();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            packed,
            took: begun.elapsed(),
        })
    }
}

fn gzip(body: &[u8]) -> anyhow::Result<Bytes> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(body, flate2::Compression::default()).read_to_end(&mut packed)?;
    Ok(packed.into())
}
