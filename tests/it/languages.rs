//! Papers and questions in languages other than English.

use serde_json::{Value, json};

use crate::embedding::random_model_with;
use crate::program::{Workplace, ids, json_lines, six_papers};

/// Papers on bees, leaves and robots, in four languages.
fn papers() -> String {
    json_lines(&[
        (
            "de-bees",
            "Der Schwänzeltanz der Honigbienen",
            "Honigbienen tanzen, um anderen Bienen die Richtung zu einer Futterquelle zu zeigen. Wir filmen die Tänze \
             und messen ihre Winkel.",
        ),
        (
            "de-leaves",
            "Erkennung von Krankheiten auf Blättern mit neuronalen Netzen",
            "Ein neuronales Netz lernt aus Bildern von Blättern, welche Krankheit eine Pflanze hat. Es erkennt die \
             Krankheiten besser als ein Mensch.",
        ),
        (
            "de-robots",
            "Laufende Roboter auf unebenem Gelände",
            "Ein Roboter mit vier Beinen lernt in der Simulation, wie er auf steinigen Böden nicht fällt.",
        ),
        (
            "es-bees",
            "La danza de las abejas melíferas",
            "Las abejas bailan para mostrar a las otras la dirección de las flores. Filmamos las danzas y medimos sus \
             ángulos.",
        ),
        (
            "es-leaves",
            "Detección de enfermedades en hojas con redes neuronales",
            "Una red neuronal aprende de imágenes de hojas qué enfermedad tiene una planta. Detecta las enfermedades \
             mejor que una persona.",
        ),
        ("zh-bees", "蜜蜂的摇摆舞", "蜜蜂通过舞蹈告诉同伴花的方向。我们拍摄了舞蹈并测量了角度。"),
        ("zh-leaves", "基于神经网络的叶片病害检测", "神经网络从叶片图像中学习植物的病害。它的检测效果比人更好。"),
        (
            "en-bees",
            "The waggle dance of honey bees",
            "Honey bees dance to show other bees the direction of a source of food. We film the dances and measure \
             their angles.",
        ),
        (
            "en-leaves",
            "Finding diseases on leaves with neural networks",
            "A neural network learns from images of leaves which disease a plant has. It finds diseases better than a \
             person.",
        ),
        (
            "en-robots",
            "Walking robots on rough ground",
            "A robot with four legs learns in a simulation not to fall on stony ground.",
        ),
    ])
}

fn first(place: &Workplace, arguments: &[&str]) -> String {
    ids(&place.json(arguments))[0].clone()
}

#[test]
fn a_question_finds_papers_in_its_language_by_their_stems() {
    let place = Workplace::with(papers());
    for (question, expected) in [
        ("Tanz einer Honigbiene", "de-bees"),
        ("wie erkennt man eine Krankheit am Blatt", "de-leaves"),
        ("steiniger Boden und laufender Roboter", "de-robots"),
        ("cómo baila una abeja", "es-bees"),
        ("red neuronal para la enfermedad de una hoja", "es-leaves"),
        ("蜜蜂舞蹈的方向", "zh-bees"),
        ("植物病害检测", "zh-leaves"),
        ("how bees dance", "en-bees"),
        ("a network that finds a plant disease", "en-leaves"),
        ("robots that walk on stones", "en-robots"),
    ] {
        assert_eq!(first(&place, &["search", question]), expected, "{question}");
    }
}

#[test]
fn conditions_and_reasons_use_the_stems_of_the_papers_language() {
    let place = Workplace::with(papers());
    for (condition, expected) in [
        ("\"neuronales Netz\"", &["de-leaves"][..]),
        ("title:\"Krankheit\"", &["de-leaves"]),
        ("\"enfermedad\"", &["es-leaves"]),
        ("Blät*", &["de-leaves"]),
        ("\"diseases\"", &["en-leaves"]),
        ("\"蜜蜂\"", &["zh-bees"]),
    ] {
        assert_eq!(ids(&place.json(&["search", condition])), expected, "{condition}");
    }
    let more = json_lines(&[(
        "de-leaves2",
        "Ein neuronales Netz für die Krankheit der Blätter",
        "Wir lernen aus dem Bild des Blattes, ob eine Pflanze gesund ist oder nicht.",
    )]);
    place.run(&["add", &place.file("more.jsonl", more)]).ok();
    let found = place.json(&["similar", "de-leaves2", "--explain"]);
    assert_eq!(found["results"][0]["paper"]["id"], "de-leaves");
    let terms = found["results"][0]["because"]["terms"].as_array().unwrap();
    let texts: Vec<&str> = terms.iter().filter_map(|term| term["text"].as_str()).collect();
    assert!(texts.contains(&"neuronalen Netzen"), "{texts:?}");
}

#[test]
fn papers_in_a_language_that_the_model_does_not_read_are_compared_by_words_and_the_answer_says_so() {
    let place = Workplace::new();
    let added = place.run(&["add", &place.file("papers.jsonl", papers())]).ok();
    assert!(added.stderr.contains("7 papers in languages that the model does not read"), "{}", added.stderr);
    let info = place.json(&["info"]);
    assert_eq!(info["languages"], json!({ "English": 3, "German": 3, "Chinese": 2, "Spanish": 2 }));
    assert_eq!(info["model"]["multilingual"], false);
    let shown = place.run(&["info"]).ok().stdout;
    assert!(shown.contains("3 English, 3 German, 2 Chinese, 2 Spanish; the model reads only English"), "{shown}");
    let note = |answer: &Value, language: &str| {
        let notes = answer["notes"].as_array().unwrap();
        notes.iter().any(|note| note.as_str().unwrap().contains(&format!("does not read {language}")))
    };
    for (arguments, language) in [
        (&["similar", "de-bees"][..], "German"),
        (&["similar", "es-bees"], "Spanish"),
        (&["similar", "zh-bees"], "Chinese"),
        (&["search", "wie tanzen die Bienen"], "German"),
    ] {
        let answer = place.json(arguments);
        assert!(note(&answer, language), "{arguments:?}: {}", answer["notes"]);
        assert_eq!(answer["query"]["ranker"], "lexical");
        assert_eq!(answer["results"][0]["parts"]["document"], 0.0);
    }
    for arguments in [&["similar", "en-bees"][..], &["similar", "en-bees", "de-bees"], &["search", "how bees dance"]] {
        let answer = place.json(arguments);
        assert_eq!(answer["query"]["ranker"], "hybrid", "{arguments:?}");
        assert!(!note(&answer, ""), "{arguments:?}");
    }
}

#[test]
fn a_question_in_a_language_of_no_paper_is_compared_by_meaning_too_and_the_answer_says_so() {
    let place = Workplace::with(six_papers());
    let answer = place.json(&["search", "Roboter, die in der Simulation das Laufen lernen", "--anyway"]);
    assert_eq!(answer["query"]["ranker"], "hybrid");
    assert_eq!(ids(&answer).len(), 6);
    let note = answer["notes"][0].as_str().unwrap();
    assert!(note.contains("does not read German, and the library has no papers in German"), "{note}");
}

/// Writes a model of the kind of multilingual MiniLM to `folder`: a BERT encoder with a SentencePiece tokenizer.
fn multilingual_model(folder: &std::path::Path) {
    std::fs::create_dir(folder).unwrap();
    let pieces = [
        "<s>", "<pad>", "</s>", "<unk>", "▁", "▁die", "▁der", "▁Bienen", "▁tanzen", "▁für", "▁las", "▁abejas", "ción",
        "▁dirección", "пчёлы", "▁танец", "蜜蜂", "舞蹈", "方向", "的", "。", "▁the", "▁bees", "▁dance", "▁query",
        "▁passage", ":", ".", ",",
    ];
    let letters = "abcdefghijklmnopqrstuvwxyzäöüßáéíóúñабвгдежзийклмнопрстуфхцчшщъыьэюя花舞检测神经网络";
    let letters = letters.chars().map(String::from);
    let vocabulary: Vec<Value> =
        pieces.into_iter().map(String::from).chain(letters).map(|piece| json!([piece, -2.0])).collect();
    let special = |id: u32, text: &str| {
        json!({ "id": id, "content": text, "special": true, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false })
    };
    // An empty table of characters to replace: the number 1,024, which is its length, then 1,024 zeros.
    let charsmap = format!("AAQA{}AAA=", "AAAA".repeat(341));
    let tokens = vocabulary.len();
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [special(0, "<s>"), special(1, "<pad>"), special(2, "</s>"), special(3, "<unk>")],
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "Precompiled", "precompiled_charsmap": charsmap },
            { "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " },
        ] },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "WhitespaceSplit" },
            { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
        ] },
        "post_processor": { "type": "TemplateProcessing",
            "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } },
                       { "SpecialToken": { "id": "</s>", "type_id": 0 } }],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 0 } }],
            "special_tokens": {
                "<s>": { "id": "<s>", "ids": [0], "tokens": ["<s>"] },
                "</s>": { "id": "</s>", "ids": [2], "tokens": ["</s>"] },
            },
        },
        "decoder": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
        "model": { "type": "Unigram", "unk_id": 3, "vocab": vocabulary, "byte_fallback": false },
    });
    random_model_with(folder, (32, 2, 64, 2), ("gelu", "pooling_mode_mean_tokens"), (tokenizer, tokens));
    let prompts = json!({ "prompts": { "query": "query: ", "passage": "passage: " } });
    std::fs::write(folder.join("config_sentence_transformers.json"), prompts.to_string()).unwrap();
}

#[test]
fn a_multilingual_model_is_used_with_the_same_commands() {
    let place = Workplace::new();
    let model = place.path("multilingual");
    multilingual_model(&model);
    let model = ["--model", model.to_str().unwrap()];
    let added = place.run(&[&model[..], &["add", &place.file("papers.jsonl", papers())]].concat()).ok();
    assert!(!added.stderr.contains("languages"), "{}", added.stderr);
    let shown = place.run(&[&model[..], &["model", "info"]].concat()).ok().stdout;
    assert!(shown.contains("languages   several"), "{shown}");
    let info = place.json(&["info"]);
    assert_eq!((&info["model"]["multilingual"], &info["searchable"]), (&json!(true), &json!(10)));
    assert!(info["sentence_vectors"].as_u64().unwrap() > 10, "the model reads 40 tokens: {info}");
    for (arguments, expected) in [
        (&["similar", "de-leaves", "--explain"][..], 9),
        (&["similar", "zh-bees"], 9),
        (&["search", "wie tanzen die Bienen"], 10),
        (&["search", "蜜蜂舞蹈的方向"], 10),
    ] {
        let answer = place.json(&[&model[..], arguments].concat());
        assert_eq!(ids(&answer).len(), expected, "{arguments:?}");
        assert_eq!(answer["query"]["ranker"], "hybrid", "{arguments:?}");
        assert_ne!(answer["results"][0]["parts"]["document"], 0.0, "{arguments:?}");
        assert_eq!(
            answer["notes"].as_array().unwrap().iter().filter(|note| note.to_string().contains("read")).count(),
            0
        );
    }
    assert_eq!(first(&place, &[&model[..], &["search", "wie tanzen die Bienen"]].concat()), "de-bees");
    place.run(&["search", "bees"]).fails_saying(&["--model DIR"]);
}
