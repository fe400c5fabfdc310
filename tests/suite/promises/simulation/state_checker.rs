//! Compares the four ledgers when everything is over: what residents were told, what the terminals hold, what the
//! hall has, and what is on paper.

use super::day::{Day, Report};
use super::hall::CaseRow;
use super::template::Template;
use bianmin_protocol::receipt::Receipt;
use bianmin_terminal::ledger::{JobState, Ledger, OutboxState, Record};
use std::collections::{HashMap, HashSet};

pub fn check(day: &mut Day) -> Result<(), String> {
    let cases = day.hall.cases();
    let mut by_number: HashMap<&str, &CaseRow> = HashMap::new();
    for case in &cases {
        if by_number.insert(&case.registration, case).is_some() {
            return Err(format!("the hall has {} twice", case.registration));
        }
    }
    let numbers: HashSet<_> = cases.iter().filter_map(|case| case.case_number.as_ref()).collect();
    if numbers.len() != cases.len() {
        return Err("the hall gave a case number twice, or refused an application".to_owned());
    }
    let mut records: HashMap<String, Record> = HashMap::new();
    for node in &day.terminals {
        let ledger = node.ledger().ok_or("a terminal does not run")?;
        let missing = ledger.missing().map_err(|error| error.to_string())?;
        if missing > 0 {
            return Err(format!("terminal {} has lost {missing} records", node.at));
        }
        for record in ledger.records().map_err(|error| error.to_string())? {
            records.insert(record.registration.to_string(), record);
        }
    }
    for report in &day.report {
        whole(report, &records, &by_number)?;
    }
    invented(day, &records, &cases)?;
    let receipts: Vec<&Report> = day.report.iter().collect();
    for report in receipts.iter().filter(|_| day.chance.percent(10)) {
        receipt(report, by_number[report.accepted.registration.to_string().as_str()])?;
    }
    for node in &day.terminals {
        papers(day, node.ledger().ok_or("a terminal does not run")?)?;
    }
    Ok(())
}

/// What a resident was told is at the terminal and at the hall, once, and the same.
fn whole(
    report: &Report,
    records: &HashMap<String, Record>,
    cases: &HashMap<&str, &CaseRow>,
) -> Result<(), String> {
    let number = report.accepted.registration.to_string();
    let record =
        records.get(&number).ok_or(format!("{number} was told, and its terminal does not know it"))?;
    let case =
        cases.get(number.as_str()).ok_or(format!("{number} was told, and the hall does not know it"))?;
    if record.application_id != report.accepted.application_id || record.token != report.accepted.token {
        return Err(format!("{number} is another one at its terminal"));
    }
    if case.id != record.application_id.to_string() {
        return Err(format!("{number} is another one at the hall"));
    }
    if record.state != OutboxState::Acknowledged {
        return Err(format!("{number} is with the hall, and its terminal says {:?}", record.state));
    }
    let known = record.case_number.as_ref().map(ToString::to_string);
    if known != case.case_number {
        return Err(format!("{number} is case {:?} at the hall and {known:?} here", case.case_number));
    }
    if case.files_waiting > 0 {
        return Err(format!("files of {number} never arrived"));
    }
    let shown = record.progress.as_ref().map(|progress| progress.state.key().to_owned());
    if case.told_state.is_some() && shown != case.told_state {
        return Err(format!(
            "{number} is {:?} at the hall, and its resident is shown {shown:?}",
            case.told_state
        ));
    }
    Ok(())
}

/// Nothing is anywhere that nobody handed in.
fn invented(day: &Day, records: &HashMap<String, Record>, cases: &[CaseRow]) -> Result<(), String> {
    let handed_in = day.report.iter().map(|report| &report.accepted).chain(&day.untold);
    let known: HashSet<_> = handed_in.map(|accepted| accepted.application_id.to_string()).collect();
    for record in records.values() {
        if !known.contains(&record.application_id.to_string()) {
            return Err(format!("{} was never handed in", record.registration));
        }
    }
    for case in cases {
        let record =
            records.get(&case.registration).filter(|record| record.application_id.to_string() == case.id);
        if record.is_none() {
            return Err(format!("the hall has {}, and its terminal does not know it", case.registration));
        }
    }
    Ok(())
}

/// The receipt proves itself with the hall's key alone, and what it is for is what the hall has.
fn receipt(report: &Report, case: &CaseRow) -> Result<(), String> {
    let hall = Template::get().keys.signing.public();
    match Receipt::verify(&report.accepted.token, &hall) {
        Ok(receipt) if !case.digest.starts_with(&receipt.content) => {
            Err(format!("the hall has another {} than the one in the receipt", receipt.registration))
        }
        Ok(receipt) if receipt.registration == report.accepted.registration => Ok(()),
        _ => Err(format!("the receipt of {} proves nothing", report.accepted.registration)),
    }
}

/// What the journal says of paper is what came out.
fn papers(day: &Day, ledger: &Ledger) -> Result<(), String> {
    let mut sheets: HashMap<(&str, u32), usize> = HashMap::new();
    for (number, copy) in &day.paper.sheets {
        *sheets.entry((number, *copy)).or_default() += 1;
    }
    for record in ledger.records().map_err(|error| error.to_string())? {
        let number = record.registration.to_string();
        for job in ledger.jobs(&record.registration).map_err(|error| error.to_string())? {
            let came_out = sheets.get(&(number.as_str(), job.copy)).copied().unwrap_or(0);
            let is_true = match job.status.state {
                JobState::Printed => came_out == 1,
                JobState::Failed | JobState::Intent => came_out == 0,
                JobState::Sent | JobState::Unknown => came_out <= 1,
            };
            if !is_true {
                return Err(format!(
                    "the journal says {:?} of {number}, copy {}, and {came_out} sheets came out",
                    job.status.state, job.copy
                ));
            }
        }
    }
    Ok(())
}
