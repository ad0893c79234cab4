use super::*;
use crate::engine::BatchEntry;
use crate::paper::Record;
use crate::report::{ReportFormat, Section, write};

/// A report on papers with the given years and points.
fn report(papers: &[(Option<i64>, [f32; 2])]) -> Report {
    let entry = |(number, &(year, _)): (usize, &(Option<i64>, [f32; 2]))| {
        let title = format!("Bees & <honey> {number}");
        let paper = Record { id: number.to_string(), title, year, ..Record::default() }.into_paper().unwrap();
        BatchEntry { paper, in_library: false, nearest: Vec::new(), within: Vec::new() }
    };
    let analysis =
        crate::analysis::Analysis { map: papers.iter().map(|paper| paper.1).collect(), ..Default::default() };
    Report {
        title: "Hives".into(),
        library_papers: 0,
        model: "m".into(),
        top_k: 1,
        made_at: "2026-03-14".into(),
        sections: Section::ALL.iter().copied().collect(),
        entries: papers.iter().enumerate().map(entry).collect(),
        analysis,
    }
}

fn cluster(papers: Vec<usize>, term: &str) -> Cluster {
    Cluster { representative: papers[0], papers, terms: vec![term.to_owned()], cohesion: 0.5 }
}

/// A report with clusters along a line. Each cluster has two papers at one point.
fn many_clusters(count: usize) -> Report {
    let points: Vec<_> = (0..2 * count).map(|place| (None, [(place / 2) as f32 / count as f32, 0.5])).collect();
    let mut report = report(&points);
    let term = |index: usize| format!("what hives are called {index}");
    report.analysis.clusters = (0..count).map(|index| cluster(vec![2 * index, 2 * index + 1], &term(index))).collect();
    report
}

#[test]
fn twelve_clusters_have_different_marks_and_further_ones_share_the_marks_of_distant_clusters() {
    let marks = marks(&many_clusters(14));
    assert_eq!(marks[..12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    // The two further clusters are at the right end, so the leftmost clusters are the farthest.
    assert_eq!(marks[12..], [0, 1]);
}

#[test]
fn steps_of_years_have_about_equally_many_papers() {
    let years: Vec<_> = (1990..2018).map(|year| (Some(year), [0.0, 0.0])).chain([(None, [0.0, 0.0])]).collect();
    let steps = year_steps(&report(&years));
    assert_eq!(steps.len(), 7);
    assert_eq!((steps[0], steps[6]), ((1990, 1993), (2014, 2017)));
    assert_eq!(
        (step_of(Some(1993), &steps), step_of(Some(1994), &steps), step_of(None, &steps)),
        (Some(0), Some(1), None)
    );
    assert_eq!((step_name(steps[0]), step_name((5, 5))), ("1990–1993".into(), "5".into()));
    // A year is never divided between two steps.
    let same = year_steps(&report(&[(Some(2000), [0.0; 2]); 9]));
    assert_eq!(same, [(2000, 2000)]);
    assert_eq!(year_steps(&report(&[(None, [0.0; 2])])), []);
    assert_eq!([year_colour(0, 1), year_colour(0, 2), year_colour(1, 2), year_colour(6, 7)], [0, 0, 6, 6]);
}

#[test]
fn a_frame_cuts_empty_margins_and_keeps_proportions() {
    let frame = Frame::new(&[[0.0, 0.4], [0.5, 0.4], [1.0, 0.6]]);
    assert_eq!(frame.height, 0.55);
    assert!((frame.points[1][0] - 0.5).abs() < 1e-6);
    let [top, _, foot] = [0, 1, 2].map(|place: usize| frame.points[place][1]);
    assert!((foot - top - 0.2).abs() < 1e-6 && (top + foot - 0.55).abs() < 1e-6);
    // All points are equal, or the map is narrow and high.
    assert_eq!(Frame::new(&[[0.3, 0.3]]).points, [[0.5, 0.275]]);
    let high = Frame::new(&[[0.5, 0.0], [0.6, 0.5]]);
    assert!((high.height - 1.0).abs() < 1e-6 && (high.points[0][0] - 0.4).abs() < 1e-6);
}

#[test]
fn a_map_without_points_is_an_error() {
    let empty = Report { sections: [Section::Nearest].into(), ..report(&[(None, [0.0; 2])]) };
    let error = write(&empty, ReportFormat::Svg, &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "the report has no map to draw");
    assert!(write(&empty, ReportFormat::Png, &mut Vec::new()).is_err());
}

#[test]
fn a_drawing_names_clusters_where_there_is_room_and_in_the_legend() {
    let mut bytes = Vec::new();
    write(&many_clusters(40), ReportFormat::Svg, &mut bytes).unwrap();
    let drawing = String::from_utf8(bytes).unwrap();
    assert_eq!(drawing.matches("<circle").count() + drawing.matches("<rect").count(), 1 + 80 + 31);
    let (names, legend) = drawing.split_at(drawing.rfind("<g font-size").unwrap());
    assert!(names.contains(" called 0</text>") && !names.contains(" called 5</text>"));
    assert!(legend.contains(" called 29</text>") && legend.contains("10 more clusters"));
    assert!(drawing.contains("Bees &#38; &#60;honey&#62; 7"));
}

#[test]
fn a_picture_has_the_texts_of_the_drawing() {
    let mut with_names = Vec::new();
    write(&many_clusters(3), ReportFormat::Png, &mut with_names).unwrap();
    let drawn = resvg::tiny_skia::Pixmap::decode_png(&with_names).unwrap();
    assert_eq!(drawn.width(), 2400);
    // There are dark pixels at the position of the title, and none above it.
    let dark = |left: u32, top: u32, width: u32, height: u32| {
        let pixels = (top..top + height).flat_map(|y| (left..left + width).map(move |x| (x, y)));
        pixels.filter(|&(x, y)| drawn.pixel(x, y).is_some_and(|pixel| pixel.red() < 100)).count()
    };
    assert!(dark(75, 50, 200, 50) > 300, "{}", dark(75, 50, 200, 50));
    assert_eq!(dark(75, 0, 200, 30), 0);
}
