//! A line that dies: it carries so many bytes of each connection, in both directions together, and cuts it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What has gone over the line.
#[derive(Debug, Default)]
pub struct Carried {
    pub connections: AtomicU64,
    pub up: AtomicU64,
    pub down: AtomicU64,
}

/// Opens a line to a server; returns where it begins.
pub async fn open(server: SocketAddr, budget: i64) -> (SocketAddr, Arc<Carried>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let carried = Arc::new(Carried::default());
    let counted = carried.clone();
    tokio::spawn(async move {
        while let Ok((phone, _)) = listener.accept().await {
            let number = counted.connections.fetch_add(1, Ordering::Relaxed);
            let Ok(server) = TcpStream::connect(server).await else {
                continue;
            };
            // Some cuts are no clean ends: they throw away what the server has not read yet.
            if number % 5 == 4 {
                let _ = server.set_zero_linger();
            }
            tokio::spawn(carry(phone, server, budget, counted.clone()));
        }
    });
    (address, carried)
}

async fn carry(phone: TcpStream, server: TcpStream, budget: i64, carried: Arc<Carried>) {
    let left = AtomicI64::new(budget);
    let (from_phone, to_phone) = phone.into_split();
    let (from_server, to_server) = server.into_split();
    // The first that ends cuts both: nothing of the other is read any more.
    tokio::select! {
        () = one_way(from_phone, to_server, &left, &carried.up) => {}
        () = one_way(from_server, to_phone, &left, &carried.down) => {}
    }
}

async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    left: &AtomicI64,
    counted: &AtomicU64,
) {
    let mut bytes = [0; 4096];
    while let Ok(read) = from.read(&mut bytes).await {
        let room = left.fetch_sub(i64::try_from(read).unwrap_or(i64::MAX), Ordering::Relaxed);
        let read = read.min(usize::try_from(room).unwrap_or(0));
        if read == 0 || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
        counted.fetch_add(read as u64, Ordering::Relaxed);
    }
}
