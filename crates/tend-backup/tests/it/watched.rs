//! A second place, a folder, where something happens before a piece is put away.

use super::*;

type BeforePut = Box<dyn FnMut(&str) -> std::io::Result<()> + Send>;

pub struct Watched {
    inner: Folder,
    before_put: Mutex<BeforePut>,
}

impl Watched {
    pub fn in_place(place: &Place) -> Arc<Self> {
        let inner = Folder::at(&place.folder.path().join("backup"));
        Arc::new(Self { inner, before_put: Mutex::new(Box::new(|_| Ok(()))) })
    }

    /// What happens before a piece of this name is put away; where it fails, the piece is not.
    pub fn before_put(&self, happens: impl FnMut(&str) -> std::io::Result<()> + Send + 'static) {
        *self.before_put.lock().unwrap() = Box::new(happens);
    }

    /// Refuses pieces whose name contains a part; none refuses nothing.
    pub fn refuse(&self, part: Option<&'static str>) {
        self.before_put(move |name| match part {
            Some(part) if name.contains(part) => Err(std::io::Error::other("the place is away")),
            _ => Ok(()),
        });
    }
}

impl Store for Watched {
    fn put(&self, name: &str, from: &mut dyn Read) -> std::io::Result<u64> {
        (self.before_put.lock().unwrap())(name)?;
        self.inner.put(name, from)
    }

    fn open(&self, name: &str) -> std::io::Result<Box<dyn Read + Send>> {
        self.inner.open(name)
    }

    fn list(&self, under: &str) -> std::io::Result<Vec<String>> {
        self.inner.list(under)
    }

    fn remove(&self, name: &str) -> std::io::Result<()> {
        self.inner.remove(name)
    }

    fn age(&self, name: &str) -> Option<Duration> {
        self.inner.age(name)
    }

    fn title(&self) -> String {
        self.inner.title()
    }
}
