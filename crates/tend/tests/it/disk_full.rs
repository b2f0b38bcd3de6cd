//! A disk that is full for real: a small file system of the test's own, in a mount namespace that ends with it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Mounts, obeys `fill` and `free`, and becomes the program.
const SCRIPT: &str = r#"
mount -t tmpfs -o size=96m,mode=700 tmpfs "$1" || exit 77
exec 3<&0
while read -r what <&3; do
  case $what in
    fill) dd if=/dev/zero of="$1/filler" bs=64k 2>/dev/null ;;
    free) rm -f "$1/filler" ;;
  esac
done &
exec "$2" serve --listen 127.0.0.1:0 --data "$1" </dev/null
"#;

struct Small {
    child: Child,
    address: String,
    password: String,
}

impl Small {
    /// None where this machine lets nobody mount.
    fn start(folder: &Path) -> Option<Self> {
        let mut child = Command::new("unshare")
            .args(["--mount", "--kill-child", "sh", "-c", SCRIPT, "small"])
            .arg(folder)
            .arg(env!("CARGO_BIN_EXE_tend"))
            .env("LC_ALL", "C")
            .env("TEND_BALLAST_MB", "16")
            .env_remove("TEND_DATABASE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let (mut password, mut address) = (String::new(), None);
        for line in lines.map_while(Result::ok) {
            if let Some(rest) = line.split("password ").nth(1) {
                password = rest.split(' ').next().unwrap_or_default().to_owned();
            }
            if let Some(at) = line.find("http://") {
                address = Some(line[at..].to_owned());
                break;
            }
        }
        let Some(address) = address else {
            let _ = child.wait();
            return None;
        };
        Some(Self { child, address, password })
    }

    fn say(&mut self, what: &str) {
        let pipe = self.child.stdin.as_mut().expect("a pipe");
        writeln!(pipe, "{what}").expect("it listens");
    }

    fn call(&self, method: &str, path: &str, cookie: &str, body: Option<&Value>) -> (u16, Value, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let address = format!("{}/api{path}", self.address);
        let answer = match (method, body) {
            ("GET", _) => agent.get(&address).header("cookie", cookie).call(),
            ("PUT", body) => agent.put(&address).header("cookie", cookie).send_json(body.unwrap_or(&Value::Null)),
            (_, body) => agent.post(&address).header("cookie", cookie).send_json(body.unwrap_or(&Value::Null)),
        };
        let mut answer = answer.expect("an answer");
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()).unwrap_or("");
        let cookie = cookie.split(';').next().unwrap_or("").to_owned();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap_or_default(), cookie)
    }

    /// Comes in with the first password, sets an own one and comes in with that.
    fn arrive(&mut self) -> String {
        let (status, cookie) = self.sign_in();
        assert_eq!(status, 200);
        let own = "river stone lamp";
        let (status, told, _) = self.call("PUT", "/me/password", &cookie, Some(&json!({ "new": own })));
        assert_eq!(status, 204, "{told}");
        own.clone_into(&mut self.password);
        let (status, cookie) = self.sign_in();
        assert_eq!(status, 200);
        cookie
    }

    fn sign_in(&self) -> (u16, String) {
        let body = json!({ "login": "admin", "password": self.password });
        let (status, _, cookie) = self.call("POST", "/session", "", Some(&body));
        (status, cookie)
    }

    /// How long it took until the program said so.
    fn until(&self, writes: &str) -> Duration {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(30) {
            if self.call("GET", "/health", "", None).1["writes"] == writes {
                return began.elapsed();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("never {writes}")
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_full_disk_lets_people_read_and_goes_on_by_itself_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mut small) = Small::start(folder.path()) else {
        eprintln!("this machine lets nobody mount a file system: the full disk is not tried here");
        return;
    };
    let cookie = small.arrive();
    let (_, units, _) = small.call("GET", "/units", &cookie, None);
    let hq = units.as_array().or_else(|| units["items"].as_array()).expect("units")[0]["id"].clone();
    let unit = |name: &str| json!({ "parent_id": hq, "kind": "channel", "name": name, "region": "" });
    let (status, body, _) = small.call("POST", "/units", &cookie, Some(&unit("one")));
    assert_eq!(status, 201, "{body}");
    std::thread::sleep(Duration::from_secs(1));

    small.say("fill");
    let told = small.until("disk_full");
    assert!(told <= Duration::from_secs(5), "told only after {told:?}");
    // What fills the disk takes what the ballast gave, too.
    std::thread::sleep(Duration::from_millis(500));
    let (status, refused, _) = small.call("POST", "/units", &cookie, Some(&unit("two")));
    assert_eq!((status, refused["code"].as_str()), (507, Some("disk_full")), "{refused}");
    assert_eq!(small.call("GET", "/units", &cookie, None).0, 200, "reading goes on");
    let (status, second) = small.sign_in();
    assert_eq!(status, 200, "signing in goes on");
    assert_eq!(small.call("GET", "/me", &second, None).0, 200);

    small.say("free");
    let back = small.until("open");
    assert!(back <= Duration::from_secs(10), "open again only after {back:?}");
    let (status, body, _) = small.call("POST", "/units", &cookie, Some(&unit("three")));
    assert_eq!(status, 201, "{body}");
    let (_, units, _) = small.call("GET", "/units", &cookie, None);
    let text = units.to_string();
    assert!(text.contains("one") && text.contains("three") && !text.contains("two"), "{text}");
    eprintln!("told after {told:?}, open again {back:?} after there was room");
}
