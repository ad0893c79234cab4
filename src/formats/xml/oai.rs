//! Reads the elements that OAI-PMH puts around records
//! ([protocol](http://www.openarchives.org/OAI/openarchivesprotocol.html)): headers, deleted records, errors, and the
//! token for the next page of a list.

use super::parts::{Finding, identifier};
use super::tree::Element;
use crate::paper::IdentifierKind;

/// Returns the element in the `metadata` of a `record`, or `None` if the record is marked as deleted.
pub(super) fn inner(record: &Element) -> Result<Option<&Element>, String> {
    if record.child("header@status=deleted").is_some() {
        return Ok(None);
    }
    let Some(metadata) = record.child("metadata/*") else {
        return Err("a record without metadata, and not marked as deleted".to_owned());
    };
    // Packages (METS, DIDL, DataCite's for OpenAIRE) contain a record of a known kind at some depth.
    let is_known =
        |element: &&Element| matches!(element.name(), "dc" | "mods" | "resource" | "article" | "arXiv" | "arXivRaw");
    let inner = Some(metadata).filter(is_known).or_else(|| metadata.descendants().find(is_known));
    Ok(inner.or(Some(metadata)))
}

/// Sets the line of the findings to that of the `record`. A single finding also gets the arXiv id in the `header`.
pub(super) fn add_header(record: &Element, findings: &mut [Finding]) {
    findings.iter_mut().for_each(|finding| finding.line = record.line);
    if let (Some(id), [finding]) = (record.text_of("header/identifier").strip_prefix("oai:arXiv.org:"), findings)
        && let Ok(record) = &mut finding.found
    {
        identifier(record, IdentifierKind::Arxiv, id);
    }
}

/// Returns the message for an `error` of the server.
pub(super) fn error(element: &Element) -> String {
    let (code, text) = (element.attribute("code"), element.trimmed());
    let remedy = match code {
        "noRecordsMatch" => "ask for another set or other dates",
        "badResumptionToken" => "start the harvest again: tokens expire",
        _ => "change the request, and save its answer again",
    };
    format!("the server answered with an error instead of papers: {code} ({text}); {remedy}")
}

/// Returns the notice for a `resumptionToken`. The last page has an empty token and gets no notice.
pub(super) fn resumption(element: &Element) -> Option<String> {
    let token = element.trimmed();
    if token.is_empty() {
        return None;
    }
    let of = match element.attribute("completeListSize") {
        "" => String::new(),
        size => format!(" of {size} records"),
    };
    Some(format!(
        "this is one page of a larger list{of}; the next page is at the same address with only the \
         parameters verb=ListRecords and resumptionToken={token}"
    ))
}

#[cfg(test)]
mod tests {
    use crate::formats::tests::read_bytes;

    fn list(inside: &str) -> String {
        format!("<?xml version=\"1.0\"?>\n<OAI-PMH><ListRecords>\n{inside}\n</ListRecords></OAI-PMH>")
    }

    #[test]
    fn deleted_records_give_neither_papers_nor_problems() {
        let deleted = "<record><header status=\"deleted\"><identifier>oai:arXiv.org:1</identifier></header></record>";
        let outcome = read_bytes(list(deleted), "a.xml");
        assert_eq!((outcome.papers.len(), outcome.problems.len()), (0, 0));
        let empty = "<record><header><identifier>oai:hive:1</identifier></header></record>";
        assert_eq!(
            read_bytes(list(empty), "a.xml").problems,
            ["a.xml:3: a record without metadata, and not marked as deleted"]
        );
    }

    #[test]
    fn a_list_with_another_page_gives_a_notice() {
        let outcome = read_bytes(list("<resumptionToken completeListSize=\"156\">a|b</resumptionToken>"), "a.xml");
        let notice = &outcome.notices[0];
        assert!(
            notice.starts_with("a.xml: this is one page of a larger list of 156 records; the next page"),
            "{notice}"
        );
        assert!(notice.ends_with("resumptionToken=a|b") && outcome.problems.is_empty(), "{:?}", outcome.problems);
        assert_eq!(read_bytes(list("<resumptionToken/>"), "a.xml").notices.len(), 0);
    }

    #[test]
    fn errors_of_the_server_are_reported() {
        let text = "<OAI-PMH><error code=\"noRecordsMatch\">no bees</error></OAI-PMH>";
        assert_eq!(
            read_bytes(text, "a.xml").problems,
            [
                "a.xml:1: the server answered with an error instead of papers: noRecordsMatch (no bees); ask for another set or \
              other dates"
            ]
        );
    }

    #[test]
    fn records_of_other_kinds_are_read_within_the_envelope() {
        for metadata in [
            "<mods><titleInfo><title>On bees</title></titleInfo></mods>",
            "<marc:record><marc:datafield tag=\"245\"><marc:subfield code=\"a\">On bees /</marc:subfield></marc:datafield></marc:record>",
            "<oai_datacite><payload><resource><titles><title>On bees</title></titles></resource></payload></oai_datacite>",
            "<article><front><article-meta><title-group><article-title>On bees</article-title></title-group></article-meta></front>\
             <back><ref-list><ref><article-title>cited</article-title></ref></ref-list></back></article>",
            "<uketd_dc:uketddc><dc:title>On bees</dc:title><dc:creator>Byron, Ada</dc:creator></uketd_dc:uketddc>",
        ] {
            let record = format!(
                "<record><header><identifier>oai:hive:1</identifier></header><metadata>{metadata}</metadata></record>"
            );
            let outcome = read_bytes(list(&record), "a.xml");
            assert_eq!((outcome.titles(), outcome.problems.len()), (vec!["On bees"], 0), "{metadata}");
        }
        let strange = "<record><header/><metadata><hive><queen/></hive></metadata></record>";
        assert_eq!(
            read_bytes(list(strange), "a.xml").problems,
            ["a.xml:3: <hive> is not a known kind of record; it contains queen"]
        );
    }
}
