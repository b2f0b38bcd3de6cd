//! Files of evidence are shown to the scanner for viruses, where the operator named one, before they are kept.

use super::{Sale, held, install};
use tend_testkit::{Answer, FakeScanner, PASSWORD, World, each_store};

async fn send(sale: &Sale, inside: &[u8]) -> Answer {
    sale.send("quote", "file", "", ("quote.pdf", [b"%PDF-1.7 ", inside].concat())).await
}

fn kept(world: &World) -> usize {
    std::fs::read_dir(world.folder().join("evidence")).map_or(0, Iterator::count)
}

/// A sale at a program with this scanner.
async fn at(world: &World, sale: Sale, place: &str) -> Sale {
    let app = world.reopened(|config| config.virus_scanner = place.to_owned()).await;
    let mut by = world.client_at(&app);
    assert_eq!(by.sign_in("wang", PASSWORD).await.status, 200);
    Sale { by, ..sale }
}

#[tokio::test]
async fn asvs_5_4_3_a_file_with_a_virus_is_not_kept_and_without_the_scanner_no_file_is() {
    each_store(async |mut world| {
        install(&world).await;
        let li = world.welcome("li").await;
        let car = held(&world, li, "vehicle_cover").await;
        let sale = Sale::open(&world, li, "car_renewal_quote", Some(&car)).await;
        let scanner = FakeScanner::start();
        let sale = at(&world, sale, &scanner.place).await;

        let long = vec![b'x'; 200_000];
        assert_eq!(send(&sale, &long).await.status, 201, "what is clean is kept");
        assert_eq!((kept(&world), scanner.seen()), (1, 1));
        let infected = send(&sale, &[&long, FakeScanner::VIRUS].concat()).await;
        assert_eq!(infected.status, 422, "{}", infected.body);
        assert_eq!(infected.body["code"], "evidence_file_infected");
        assert_eq!(infected.body["params"]["name"], "Test.Virus");
        let unread = send(&sale, FakeScanner::RIDDLE).await;
        assert_eq!((unread.status, unread.body["code"].as_str()), (503, Some("scanner_away")), "{}", unread.body);

        let gone = at(&world, sale, "127.0.0.1:1").await;
        let away = send(&gone, b"clean").await;
        assert_eq!((away.status, away.body["code"].as_str()), (503, Some("scanner_away")), "{}", away.body);
        assert_eq!((kept(&world), scanner.seen()), (1, 3), "nothing else stays on the disk");
        let none = at(&world, gone, "").await;
        assert_eq!(send(&none, b"clean").await.status, 201, "without a setting nobody is asked");
    })
    .await;
}
