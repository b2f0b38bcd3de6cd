//! Sales under way in the sample firm: one closed, one given up, one that waits for quality, one overdue, one just begun.

use super::history::who;
use anyhow::Result;
use std::collections::HashSet;
use tend_app::App;
use tend_app::org::Who;
use tend_app::trace::{self, Keeping, NewEvidence, NewTrace};
use tend_app::work;
use tend_rules::base::{CustomerId, Instant, TraceId};
use tend_rules::trace::{Accept, Accepted, EvidenceKind, Step, StepState};

/// How far a sale has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Sold,
    GivenUp,
    /// Shown up to this many steps.
    Begun(usize),
    /// The yes was three days ago, and nobody signed.
    Overdue,
}

/// What is sold: the key of the process, and how far it has come.
const SALES: [(&str, Fate); 6] = [
    ("car_renewal_quote", Fate::Sold),
    ("life_strict_sale", Fate::Overdue),
    ("life_strict_sale", Fate::Begun(4)),
    ("car_renewal_quote", Fate::Begun(2)),
    ("car_renewal_quote", Fate::Begun(3)),
    ("car_renewal_quote", Fate::GivenUp),
];

/// People whose customers are sold to: 王芳, and as many more as it takes.
const SELLERS: [&str; 12] =
    ["wang", "m001", "m002", "m003", "m004", "m005", "m006", "m007", "m008", "m009", "m010", "m011"];

/// Makes the sales; answers how many traces there are.
pub async fn sell(app: &App) -> Result<usize> {
    let mut open: Vec<(&str, Fate)> = SALES.to_vec();
    let mut met: HashSet<CustomerId> = HashSet::new();
    for login in SELLERS {
        let seller = who(app, login).await?;
        for touch in work::my_day(app, &seller, app.today()).await?.items {
            if open.is_empty() || !met.insert(touch.customer.id) {
                continue;
            }
            // Work about a customer of somebody else: not theirs to sell to.
            let Ok(fitting) = trace::fitting(app, &seller, touch.customer.id).await else { continue };
            let found = open.iter().position(|(key, _)| fitting.iter().any(|(row, _)| row.process.key == *key));
            let Some(place) = found else { continue };
            let (key, fate) = open.remove(place);
            let agreement =
                fitting.iter().find(|(row, _)| row.process.key == key).and_then(|(_, agreements)| agreements[0]);
            let new = NewTrace { customer: touch.customer.id, process: key.into(), agreement, product: String::new() };
            let tx = app.begin().await?;
            let id = trace::open(app, &tx, &seller, new).await?;
            tx.commit().await?;
            walk(app, &seller, id, fate).await?;
        }
    }
    Ok(SALES.len() - open.len())
}

async fn walk(app: &App, seller: &Who, id: TraceId, fate: Fate) -> Result<()> {
    let page = trace::page(app, seller, id).await?;
    let quality = who(app, "qa").await?;
    let days_ago = if fate == Fate::Overdue { 3 } else { 0 };
    let needed = page.process.steps.iter().zip(&page.steps).filter(|(_, line)| line.stands.state == StepState::Gap);
    for (place, (step, _)) in needed.enumerate() {
        let done = match fate {
            Fate::Sold => usize::MAX,
            Fate::GivenUp => 1,
            Fate::Begun(steps) => steps,
            Fate::Overdue => page.process.steps.iter().position(|step| step.key == "signing").unwrap_or(usize::MAX),
        };
        if place >= done || fate == Fate::Overdue && step.key == "signing" {
            break;
        }
        let at = app.now().plus_seconds(-86_400 * days_ago - 3600 + 60 * place as i64);
        show(app, (seller, &quality), id, step, at).await?;
    }
    let tx = app.begin().await?;
    match fate {
        Fate::Sold => drop(trace::sell(app, &tx, seller, id).await?),
        Fate::GivenUp => trace::abandon(app, &tx, seller, id, "客户决定在别处续保").await?,
        Fate::Begun(_) | Fate::Overdue => {}
    }
    tx.commit().await?;
    Ok(())
}

/// Supplies what the step accepts of a remark, a recording or a file.
async fn show(app: &App, (seller, quality): (&Who, &Who), id: TraceId, step: &Step, at: Instant) -> Result<()> {
    let simple =
        |accept: &&Accept| matches!(accept.what, Accepted::Note | Accepted::Recording { .. } | Accepted::File { .. });
    let Some(accept) = step.accepts.iter().find(simple) else { return Ok(()) };
    let by = if accept.by.is_empty() || accept.by.contains(&seller.role) { seller } else { quality };
    let said: Vec<&str> = step.phrases.iter().filter_map(|phrase| phrase.words.zh.split('|').next()).collect();
    let points = if said.is_empty() { step.title.zh.clone() } else { format!("已说明{}", said.join("、")) };
    let file = match &accept.what {
        Accepted::Recording { seconds_min } => Some(("通话录音.wav", sound(seconds_min + 12))),
        Accepted::File { .. } => Some(("扫描件.pdf", b"%PDF-1.4\n% a sample\n".to_vec())),
        _ => None,
    };
    let file = match file {
        Some((name, bytes)) => {
            let mut keeping = Keeping::begin(app, id)?;
            keeping.add(&bytes)?;
            Some(keeping.finish(app, name)?)
        }
        None => None,
    };
    let day = app.zone().day_of(at);
    let new = NewEvidence {
        step: step.key.clone(),
        kind: if file.is_some() { accept.what.kind() } else { EvidenceKind::Note },
        refers_to: String::new(),
        remark: format!("【日期】{day}【方式】电话【要点】{points}【承诺】无【下次】无"),
        happened_at: Some(at),
        corrects: None,
        file,
    };
    let tx = app.begin().await?;
    trace::supply(app, &tx, by, id, new).await?;
    tx.commit().await?;
    Ok(())
}

/// A recording of silence: eight bits a hundred times a second.
fn sound(seconds: u32) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    bytes.extend(100u32.to_le_bytes());
    bytes.extend(100u32.to_le_bytes());
    bytes.extend([1, 0, 8, 0]);
    bytes.extend(b"data");
    bytes.extend((100 * seconds).to_le_bytes());
    bytes.resize(bytes.len() + 100 * seconds as usize, 128);
    bytes
}
