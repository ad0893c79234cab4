//! Runs the kernels on the shapes of the default model.

#[path = "../../src/embed/fused/attention.rs"]
mod attention;
#[path = "../../src/embed/fused/linear.rs"]
mod linear;

use self::attention::Attention;
use self::linear::{Inputs, Linear};
use super::kernels::{self, LayerNorm};
use crate::gemm::casts;
use crate::gemm::kernels::{Form, Kernels};
use crate::gemm::lanes::LANES;

/// One kernel on one shape.
pub struct Workload {
    /// Its name, such as `product bf16 Tiles 384x1536`.
    pub name: String,
    /// Multiplications and additions of a run; if the kernel does not multiply matrices, the numbers that it reads.
    pub operations: u64,
    /// Runs the kernel once, on the calling thread.
    pub run: Box<dyn FnMut()>,
}

const HIDDEN: usize = 384;
const INNER: usize = 1536;
const HEADS: usize = 12;
/// Tokens of an abstract of average length.
const TOKENS: usize = 213;

/// Returns all kernels on which an encoder spends time, each for a block of rows or a text.
pub fn workloads() -> Vec<Workload> {
    let mut all = Vec::new();
    for kernels in Kernels::available() {
        kernels.enter_thread();
        for (form, name) in [(Form::Bf16, "bf16"), (Form::Bytes, "int8")] {
            for (inputs, outputs) in [(HIDDEN, 3 * HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, INNER), (INNER, HIDDEN)] {
                let linear = Linear::pack(numbers(inputs * outputs), vec![0.0; outputs], None, form, kernels);
                let (count, mut rows) = (kernels.block_rows(), Inputs::default());
                rows.load(&numbers(count * inputs), &linear);
                let mut out = vec![0f32; count * outputs];
                let name = format!("product {name} {kernels:?} {inputs}x{outputs}");
                push(&mut all, name, 2 * count * inputs * outputs, move || linear.product(&rows, &mut out));
            }
        }
    }
    let projected: Vec<u32> = bytemuck::pod_collect_to_vec(
        &numbers(TOKENS * 3 * HIDDEN).iter().map(|x| casts::to_bf16(*x)).collect::<Vec<u16>>(),
    );
    let (mut attention, mut context) = (Attention::default(), vec![0f32; TOKENS * HIDDEN]);
    push(&mut all, format!("attention {TOKENS} tokens"), 4 * TOKENS * TOKENS * HIDDEN, move || {
        attention.attend(&projected, HIDDEN, HEADS, &mut context);
    });
    let scores = numbers(TOKENS.next_multiple_of(LANES));
    let mut weights = vec![0u16; scores.len()];
    push(&mut all, "softmax to bf16".into(), scores.len(), move || {
        kernels::softmax_to_bf16(&scores, 0.2, &mut weights);
    });
    let (mut wide, bias) = (numbers(INNER), numbers(INNER));
    push(&mut all, "bias and GELU".into(), INNER, move || kernels::add_bias_gelu(&mut wide, &bias));
    let (wide, mut bytes) = (numbers(INNER), vec![0u8; INNER]);
    push(&mut all, "quantise".into(), INNER, move || {
        casts::quantise(&wide, 0, &mut bytes);
    });
    let (wide, mut cast) = (numbers(INNER), vec![0u16; INNER]);
    push(&mut all, "cast to bf16".into(), INNER, move || casts::cast_to_bf16(&wide, &mut cast));
    let norm = LayerNorm { weight: vec![1.0; HIDDEN], bias: vec![0.0; HIDDEN], epsilon: 1e-12 };
    let (mut row, residual) = (numbers(HIDDEN), numbers(HIDDEN));
    push(&mut all, "residual and layer norm".into(), HIDDEN, move || {
        kernels::add_layer_norm(&mut row, &residual, &norm.bias, &norm);
    });
    all
}

fn push(all: &mut Vec<Workload>, name: String, operations: usize, run: impl FnMut() + 'static) {
    all.push(Workload { name, operations: operations as u64, run: Box::new(run) });
}

/// Numbers between -1 and 1 without a pattern that would help a kernel.
fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919) % 10_007) as f32 / 5003.5 - 1.0).collect()
}
