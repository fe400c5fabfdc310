//! A PostgreSQL server elsewhere is reached encrypted, and only if it is the one whose certificate the address names.

use crate::clock::Clock;
use crate::db::{Address, Store};
use crate::testing::Cluster;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connection_is_encrypted_and_the_certificate_verified() {
    // A loopback address of this test's own: the usual port is free there.
    let chance = uuid::Uuid::new_v4().into_bytes();
    let host = format!("127.{}.{}.{}", chance[0].max(1), chance[1], chance[2].clamp(1, 254));
    let own = rcgen::generate_simple_self_signed([host.clone()]).unwrap();
    let foreign = rcgen::generate_simple_self_signed([host.clone()]).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let roots = ["own.pem", "foreign.pem"].map(|name| folder.path().join(name));
    std::fs::write(&roots[0], own.cert.pem()).unwrap();
    std::fs::write(&roots[1], foreign.cert.pem()).unwrap();

    let (listen, key) = (host.clone(), own.signing_key.serialize_pem());
    let start = move || Cluster::start_with_tls(&listen, &own.cert.pem(), &key);
    let cluster = tokio::task::spawn_blocking(start).await.unwrap();
    let cluster = cluster.expect("this test needs the PostgreSQL server: scripts/install.sh test");
    let open = async |root: &std::path::Path| {
        let root = root.display();
        let address = format!("postgres://postgres@{host}/postgres?sslmode=verify-full&sslrootcert={root}");
        let clock = Clock::new(jiff::tz::TimeZone::UTC);
        Store::connect(&address.parse::<Address>().unwrap(), folder.path(), &clock).await
    };
    let store = open(&roots[0]).await.unwrap();
    let sql = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
    let row = crate::db::sql::query_one(store.reader(), sql, []).await.unwrap().unwrap();
    assert_eq!(row.try_get::<String>("", "version").unwrap(), "TLSv1.3");
    store.close().await;
    let refused = open(&roots[1]).await.unwrap_err();
    assert!(refused.to_string().contains("certificate"), "{refused}");
    drop(cluster);
}
