//! The sheet `docs/benchmarks.md`.

use serde_json::Value;

/// The figures as a page.
pub fn sheet(figures: &Value) -> String {
    let machine = &figures["machine"];
    let mut text = format!(
        "# Figures\n\nMeasured by `make bench` on {} with {} cores and {} GB. SQLite, release build, server and load on \
         the same machine. *Of bare* is the ratio to a bare axum server that looks one row up in SQLite, in the same \
         run ([crates/tend/examples/bare.rs](../crates/tend/examples/bare.rs)): no sign-in, no scope, no sealed cells.\n\n",
        machine["cpu"].as_str().unwrap_or("an unknown processor"),
        machine["cores"],
        machine["memory_gb"]
    );
    text.push_str("| what | figure |\n| --- | --- |\n");
    let mut row = |what: &str, figure: String| text.push_str(&format!("| {what} | {figure} |\n"));
    let import = &figures["import"];
    row(
        "import, rows a second",
        format!("{} ({} rows in {} s)", import["rows_per_second"], import["rows"], import["seconds"]),
    );
    row("import, most memory", megabytes(&import["memory_peak_bytes"]));
    for (customers, plan) in figures["plan"].as_object().into_iter().flatten() {
        let steps = plan["counts"]["ms"].as_object().into_iter().flatten();
        let steps: Vec<String> = steps.map(|(step, ms)| format!("{step} {ms}")).collect();
        row(
            &format!("a night over {customers} customers, dry"),
            format!("{} ms in all ({})", plan["wall_ms"], steps.join(", ")),
        );
        let nights = &plan["nights"];
        row(&format!("a night over {customers} customers, written"), night(&nights["cold"]));
        for again in nights["again"].as_array().into_iter().flatten().take(3) {
            row(&format!("the same night after {} of them changed", again["changed"]), night(again));
        }
        let live = &plan["live"];
        row(
            &format!("live counts over {customers} customers through HTTP"),
            format!("median {} ms, p99 {} ms, the first {} ms", live["median_ms"], live["p99_ms"], live["first_ms"]),
        );
        row(
            &format!("a rehearsal of 90 days over {customers} customers"),
            live["rehearsal_90_days_ms"]
                .as_f64()
                .map_or("longer than the server waits".into(), |ms| format!("{ms} ms")),
        );
    }
    row("program file", megabytes(&figures["binary_bytes"]));
    let http = &figures["http"];
    row("memory, idle with 100,000 customers", megabytes(&http["idle_memory_bytes"]));
    row("memory, after the load below", megabytes(&http["busy_memory_bytes"]));
    text.push_str("\n| 50 clients | requests a second | p99, ms | of bare | p99 of bare | failed |\n| --- | --- | --- | --- | --- | --- |\n");
    for (what, key) in
        [("work-order list, 50 rows", "work_order_list"), ("customer page", "customer_page"), ("bare look-up", "bare")]
    {
        let load = &http[key];
        let ratio = |name: &str| load[name].as_f64().map_or_else(|| "1".to_owned(), |ratio| format!("{ratio:.3}"));
        text.push_str(&format!(
            "| {what} | {:.0} | {:.2} | {} | {} | {} |\n",
            load["per_second"].as_f64().unwrap_or(0.0),
            load["p99_ms"].as_f64().unwrap_or(0.0),
            ratio("of_bare"),
            ratio("p99_of_bare"),
            load["failed"]
        ));
    }
    text.push_str("\nThe planner alone, beside Polars: [benchmarks-planner.md](benchmarks-planner.md).\n");
    text
}

fn night(figures: &Value) -> String {
    let steps = figures["ms"].as_object().into_iter().flatten();
    let steps: Vec<String> = steps.map(|(step, ms)| format!("{step} {ms}")).collect();
    format!("{} s ({})", figures["seconds"], steps.join(", "))
}

fn megabytes(bytes: &Value) -> String {
    bytes.as_u64().map_or_else(|| "not known".to_owned(), |bytes| format!("{:.1} MB", bytes as f64 / 1_048_576.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sheet_names_the_machine_and_its_ratios() {
        let figures = json!({
            "machine": { "cpu": "A Processor", "cores": 2, "memory_gb": 8 }, "binary_bytes": 2_097_152,
            "import": { "rows": 10, "seconds": 1.0, "rows_per_second": 10, "memory_peak_bytes": 1_048_576 },
            "plan": { "100000": {
                "wall_ms": 90, "counts": { "ms": { "decide": 40, "read": 30 } },
                "nights": { "cold": { "seconds": 2.5, "ms": { "read": 9 } }, "again": [] },
                "live": { "median_ms": 3.0, "p99_ms": 4.5, "first_ms": 80.0, "rehearsal_90_days_ms": 900.0 },
            } },
            "http": {
                "idle_memory_bytes": 1_048_576, "busy_memory_bytes": 1_048_576,
                "bare": { "per_second": 100.0, "p99_ms": 1.0, "failed": 0 },
                "work_order_list": { "per_second": 50.0, "p99_ms": 2.0, "failed": 0, "of_bare": 0.5, "p99_of_bare": 2.0 },
                "customer_page": { "per_second": 25.0, "p99_ms": 4.0, "failed": 0, "of_bare": 0.25, "p99_of_bare": 4.0 },
            },
        });
        let text = sheet(&figures);
        assert!(text.contains("A Processor with 2 cores"));
        assert!(text.contains("| a night over 100000 customers, dry | 90 ms in all (decide 40, read 30) |"), "{text}");
        assert!(text.contains("customers, written | 2.5 s (read 9) |"), "{text}");
        assert!(text.contains("| median 3.0 ms, p99 4.5 ms, the first 80.0 ms |"), "{text}");
        assert!(text.contains("| work-order list, 50 rows | 50 | 2.00 | 0.500 | 2.000 | 0 |"), "{text}");
    }
}
