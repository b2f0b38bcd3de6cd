//! A history for the sample firm: a batch that came in and was handed out, last night's work with some of it done,
//! checked and sent back, and the work of today. Everything goes through the verbs that the desk uses.

use super::firm::Firm;
use super::names::person_name;
use super::seed::Seed;
use anyhow::{Context, Result};
use std::path::PathBuf;
use tend_app::App;
use tend_app::contact::{Outcome, codes_of, record};
use tend_app::customer::{CHUNK_ROWS, ImportRequest, OnDuplicate, import};
use tend_app::org::{Who, staff_by_login};
use tend_app::plan::{install_playbook, playbook_keys};
use tend_app::work::{self, BatchHandOut, PersonTarget, SampleOf, TouchFilter, Trial, Turn, Verdict, Which};
use tend_rules::base::{Day, Language};
use tend_rules::contact::{NextStep, NoteRule, Result as Fate};
use tend_rules::journal::Doer;
use tend_rules::work::Rule;

const BATCH: &str = "十二月续期名单";
/// People whose list of yesterday is worked off, so that there is something to verify.
const DILIGENT: [&str; 4] = ["wang", "m001", "m002", "m009"];

/// Installs every playbook of the program.
pub async fn install(app: &App) -> Result<()> {
    for key in playbook_keys() {
        let tx = app.begin().await?;
        install_playbook(app, &tx, Doer::Program("demo"), &key).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Lives through yesterday and last night; answers how many work orders are due today.
pub async fn live(app: &App, firm: &Firm, seed: u64) -> Result<usize> {
    let mut chance = Seed::of(seed, "history");
    bring_in(app, firm, &mut chance).await?;
    work::night(app, app.today() - 1, Trial::Real, &|_, _| {}).await?;
    for login in DILIGENT {
        work_off(app, login, app.today() - 1, &mut chance).await?;
    }
    judge(app, &mut chance).await?;
    let tonight = work::night(app, app.today(), Trial::Real, &|_, _| {}).await?;
    Ok(tonight.touches)
}

pub(super) async fn who(app: &App, login: &str) -> Result<Who> {
    let staff = staff_by_login(app, login).await?.with_context(|| format!("{login} works in the sample firm"))?;
    Ok(Who {
        id: staff.id,
        name: staff.name,
        login: staff.login,
        role: staff.role,
        unit_id: staff.unit_id,
        language: Language::Zh,
        session: None,
        token: None,
        duty: tend_rules::org::Duty::None,
        idempotency_key: None,
    })
}

/// HQ's list of next month's renewals, as messy as such lists are, handed to the channels and on to people.
async fn bring_in(app: &App, firm: &Firm, chance: &mut Seed) -> Result<()> {
    let path = write_list(app, firm, chance)?;
    let request = ImportRequest {
        file: path.clone(),
        name: BATCH.into(),
        business_type: "renewal".into(),
        reason: "下月到期，请提前联系".into(),
        mapping: None,
        kind: None,
        on_duplicate: OnDuplicate::Merge,
        unit_id: None,
        by: Some(firm.operator),
        chunk_rows: CHUNK_ROWS,
    };
    let report = import(app, request, |_| {}).await;
    std::fs::remove_file(&path)?;
    let (report, hq) = (report?, who(app, "hq").await?);
    let tx = app.begin().await?;
    let by_rule = BatchHandOut::ByRule { rule: Rule::Even, among: Vec::new() };
    let how = (by_rule, Some(app.today() + 14));
    work::hand_out_batch(app, &tx, &hq, report.batch, how, Turn::from(None)).await?;
    tx.commit().await?;
    for (unit, _) in firm.channels.iter().take(3) {
        let tx = app.begin().await?;
        let filter = TouchFilter { batch: Some(report.batch), unit: Some(*unit), ..TouchFilter::default() };
        let target = PersonTarget::ByRule { rule: Rule::Capacity, within: Some(*unit) };
        work::hand_out_touches(app, &tx, &hq, Which::Filter(&filter, Turn::from(None)), target).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn write_list(app: &App, firm: &Firm, chance: &mut Seed) -> Result<PathBuf> {
    let mut text = String::from("\u{feff}姓名,手机号码,出生日期,地区,保单号,险种,到期日,保费\r\n");
    for number in 0..240 {
        let (name, _) = person_name(chance);
        let region = &firm.teams[number % firm.teams.len()].region;
        let due = app.today() + chance.between(8, 38) as i32;
        let (year, month, dom) = (chance.between(1955, 2001), chance.between(1, 13), chance.between(1, 28));
        let phone = match number % 40 {
            17 => "1390000".to_owned(),
            23 => format!("+86 139-0009-{number:04}"),
            _ => format!("1390009{number:04}"),
        };
        let born = match number % 25 {
            11 => format!("{year}年{month}月{dom}日"),
            19 => format!("农历{year}-{month}-{dom}"),
            21 => format!("{year}-02-30"),
            _ => format!("{year}-{month:02}-{dom:02}"),
        };
        let premium = chance.between(900, 36_000);
        text.push_str(&format!("{name},{phone},{born},{region},R{number:06},康宁终身寿险,{due},\"¥{premium}.00\"\r\n"));
    }
    let path = app.config().data.join("sample-list.csv");
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Works off most of a person's list of a day.
async fn work_off(app: &App, login: &str, day: Day, chance: &mut Seed) -> Result<()> {
    let person = who(app, login).await?;
    let list = work::my_day(app, &person, day).await?.items;
    for touch in list.into_iter().take(24) {
        if chance.happens(20) {
            continue;
        }
        let codes = codes_of(app.read(), &touch.business_type).await?;
        let wished = *chance.weighted(&[(70, Fate::Done), (20, Fate::Again), (10, Fate::Failed)]);
        let Some(code) = codes.iter().find(|code| code.result == wished).or(codes.first()) else { continue };
        let next = code.next_days.map(|days| app.today() + days);
        let note = match code.note {
            NoteRule::Needed => "客户说明了情况，已记录。",
            _ if chance.happens(40) => "态度很好，约月底前办理。",
            _ => "",
        };
        let outcome = Outcome {
            code: code.code.clone(),
            note: note.into(),
            next: NextStep { day: next, minute: None },
            ..Outcome::default()
        };
        let tx = app.begin().await?;
        match record(app, &tx, &person, touch.id, outcome).await {
            Ok(_) => tx.commit().await?,
            // What the rules refuse here (a step behind the last day) simply stays open.
            Err(_) => tx.roll_back().await?,
        }
    }
    Ok(())
}

/// Head office draws a sample, accepts most of it, returns one in eight and leaves some for the reader.
async fn judge(app: &App, chance: &mut Seed) -> Result<()> {
    let hq = who(app, "hq").await?;
    let tx = app.begin().await?;
    let sample = work::draw_sample(app, &tx, &hq, SampleOf { batch: None, unit: None, percent: 80, seed: 1 }).await?;
    tx.commit().await?;
    for touch in sample {
        if chance.happens(40) {
            continue;
        }
        let (verdict, reason) = match chance.happens(12) {
            true => (Verdict::Returned, "备注与结果不符，请补充客户原话"),
            false => (Verdict::Accepted, ""),
        };
        let tx = app.begin().await?;
        work::verify(app, &tx, &hq, touch.id, verdict, reason).await?;
        tx.commit().await?;
    }
    Ok(())
}
