//! The way to PostgreSQL, encrypted. The cluster of `scripts/with-postgres.sh` has a certificate for 127.0.0.1.

use server::db::Db;

use crate::support::new_postgres;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_is_spoken_to_over_tls_and_has_to_be_who_it_says() {
    let url = new_postgres().await;
    let folder = std::env::var("BANHOC_TEST_POSTGRES_TLS").expect("certificates");
    let by_name = url.replace("127.0.0.1", "localhost");
    for (url, mode, authority, connects) in [
        (&url, "require", None, true),
        (&url, "verify-full", Some("authority.pem"), true),
        (&by_name, "verify-ca", Some("authority.pem"), true),
        // The certificate is another host's.
        (&by_name, "verify-full", Some("authority.pem"), false),
        // Another authority has signed it, or none that this machine knows.
        (&url, "verify-full", Some("another.pem"), false),
        (&url, "verify-ca", Some("another.pem"), false),
        (&url, "verify-full", None, false),
    ] {
        let root = authority.map_or_else(String::new, |it| format!("&sslrootcert={folder}/{it}"));
        let db = Db::connect(&format!("{url}?sslmode={mode}{root}")).await;
        assert_eq!(db.is_ok(), connects, "{mode} {authority:?}");
        let Ok(db) = db else { continue };
        for _ in 0..2 {
            let mut conn = db.read().await.expect("a connection");
            let sql =
                "SELECT CAST(ssl AS TEXT), version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
            let (ssl, version): (String, String) = sqlx::query_as(sql)
                .fetch_one(&mut *conn)
                .await
                .expect("a row");
            assert_eq!((ssl.as_str(), version.as_str()), ("true", "TLSv1.3"));
        }
        db.close().await;
    }
}
