//! Server-side request forgery: every spelling of an inner address is refused, and a name is looked up once.

use futures::future::BoxFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tend_app::platform::outside::{Exempt, Outside, OutsideError, Resolve};
use tokio::net::TcpListener;

/// Answers each look-up with the next list of addresses.
#[derive(Debug)]
struct Turning {
    answers: Vec<Vec<SocketAddr>>,
    asked: AtomicUsize,
}

impl Turning {
    fn of(answers: &[&[&str]]) -> Arc<Self> {
        let read = |texts: &&[&str]| texts.iter().map(|text| text.parse().expect("an address")).collect();
        Arc::new(Self { answers: answers.iter().map(read).collect(), asked: AtomicUsize::new(0) })
    }
}

impl Resolve for Turning {
    fn addresses<'a>(&'a self, _: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(turn).or(self.answers.last()).cloned().unwrap_or_default();
        Box::pin(async move { Ok(answer) })
    }
}

/// Sixty spellings and more of what only this machine, or only this network, can reach.
const SPELLINGS: [&str; 72] = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0177.0.0.01/",
    "https://127.0.0.1./",
    "https://127.000.000.001/",
    "https://127.255.255.254/",
    "https://１２７.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://%31%32%37.0.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://00000000000/",
    "https://0x0/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://a.localhost/",
    "https://ｌｏｃａｌｈｏｓｔ/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a00:1::1]/",
    "https://[2001::1]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://10.0.0.1/",
    "https://10.255.255.255/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://192.168.257/",
    "https://169.254.169.254/",
    "https://0xa9fea9fe/",
    "https://2852039166/",
    "https://169.254.43518/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://metadata/",
    "https://db/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://wiki.intranet/",
    "https://[2606:4700::5efe:7f00:1]/",
    "https://8.8.8.8@127.0.0.1/",
    "https://127.0.0.1:443@8.8.8.8/",
    "https://8.8.8.8\\@127.0.0.1/",
    "https://127.0.0.1%00.example.com/",
    "https://127.0.0.1\t.example.com/",
    "https:\\\\127.0.0.1\\",
    "https:127.0.0.1",
];

#[tokio::test]
async fn no_spelling_of_an_inner_address_is_called() {
    let resolver = Turning::of(&[&["127.0.0.1:443"]]);
    let outside = Outside::new(Exempt::default(), resolver.clone()).expect("a way out");
    for spelling in SPELLINGS {
        let answer = outside.post(spelling, &[], String::new()).await;
        let refused = matches!(
            answer,
            Err(OutsideError::NotPublic(_) | OutsideError::NoAddress | OutsideError::NotHttps | OutsideError::Port(_))
        );
        assert!(refused, "{spelling}: {answer:?}");
    }
    assert_eq!(resolver.asked.load(Ordering::SeqCst), 0, "not even the names are looked up");
}

#[tokio::test]
async fn only_https_on_the_usual_ports_is_called() {
    let outside = Outside::new(Exempt::default(), Turning::of(&[])).expect("a way out");
    for wrong in [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "https://hooks.example.com:22/",
        "https://hooks.example.com:6379/",
        "https://user:word@hooks.example.com/",
        "https://",
        "//hooks.example.com/",
        "javascript:1",
        "",
    ] {
        assert!(outside.target(wrong).is_err(), "{wrong}");
    }
    let target = outside.target("https://hooks.example.com/in?key=1#part").expect("a good address");
    assert_eq!((target.authority().as_str(), target.path.as_str()), ("hooks.example.com", "/in?key=1"));
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    for inner in [
        &["127.0.0.1:443"][..],
        &["10.1.2.3:443"],
        &["[::1]:443"],
        &["[::ffff:127.0.0.1]:443"],
        &["169.254.169.254:443"],
        // One good address does not make the others good.
        &["8.8.8.8:443", "127.0.0.1:443"],
        &["[2606:4700::1111]:443", "192.168.1.1:443"],
    ] {
        let outside = Outside::new(Exempt::default(), Turning::of(&[inner])).expect("a way out");
        let answer = outside.post("https://hooks.example.com/", &[], String::new()).await;
        assert!(matches!(answer, Err(OutsideError::NotPublic(_))), "{inner:?}: {answer:?}");
    }
}

/// DNS rebinding: the name leads somewhere else a moment after it was judged. Here both places are this machine's, and
/// the operator exempts the name, so that the test stays on loopback: the connection must go to the first answer.
#[tokio::test]
async fn a_name_is_looked_up_once_and_that_address_is_called() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let trap = TcpListener::bind(("127.0.0.2", port)).await.expect("the same port of another address");
    let (judged, later) = (format!("127.0.0.1:{port}"), format!("127.0.0.2:{port}"));
    let resolver = Turning::of(&[&[&judged], &[&later]]);
    let exempt = Exempt::read(&format!("hooks.example.com:{port}"));
    let outside = Outside::new(exempt, resolver.clone()).expect("a way out");
    let address = format!("http://hooks.example.com:{port}/");
    let called = tokio::spawn(async move { outside.post(&address, &[], String::new()).await });
    let reached = tokio::time::timeout(std::time::Duration::from_secs(5), listener.accept()).await;
    assert!(matches!(reached, Ok(Ok(_))), "the address that was judged is called");
    drop(reached);
    assert!(called.await.expect("no panic").is_err(), "nobody answered");
    assert_eq!(resolver.asked.load(Ordering::SeqCst), 1, "the name is looked up once");
    let trapped = tokio::time::timeout(std::time::Duration::from_millis(200), trap.accept()).await;
    assert!(trapped.is_err(), "nothing came to the address that the name leads to later");
}

#[tokio::test]
async fn a_silent_receiver_does_not_hold_a_call_for_long() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let outside = Outside::new(Exempt::read(&format!("127.0.0.1:{port}")), Turning::of(&[])).expect("a way out");
    let began = std::time::Instant::now();
    let answer = outside.post(&format!("http://127.0.0.1:{port}/"), &[], String::new()).await;
    assert!(matches!(answer, Err(OutsideError::TooSlow)), "{answer:?}");
    assert!(began.elapsed() < std::time::Duration::from_secs(15));
}
