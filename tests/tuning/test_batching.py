"""Batches of like length and like size."""

from tuning.batching import STEP, Collator, batches


def examples(*lengths):
    return [{"input_ids": [1] * n, "labels": [-100] + [1] * (n - 1)} for n in lengths]


def test_no_batch_is_larger_than_its_tokens_padding_included():
    made = batches(examples(*range(5, 90)), 400)
    assert sum(map(len, made)) == 85
    assert all(len(batch) * max(len(e["input_ids"]) for e in batch) <= 400 for batch in made)


def test_little_of_a_batch_is_padding():
    made = batches(examples(*(n * 7 % 90 + 10 for n in range(200))), 1000)
    padded = sum(len(batch) * max(len(e["input_ids"]) for e in batch) for batch in made)
    held = sum(len(e["input_ids"]) for batch in made for e in batch)
    assert held / padded > 0.9


def test_an_example_longer_than_a_batch_goes_alone():
    assert [len(batch) for batch in batches(examples(10, 500, 12), 100)] == [2, 1]


def test_rows_of_batches_become_one_tensor_with_masked_padding():
    rows = [{"input_ids": [[5, 6, 7], [8]], "labels": [[-100, 6, 7], [-100]]}]
    made = Collator(0)(rows)
    begun = {name: [row[:4] for row in rows.tolist()] for name, rows in made.items()}
    assert begun["input_ids"] == [[5, 6, 7, 0], [8, 0, 0, 0]]
    assert begun["labels"] == [[-100, 6, 7, -100], [-100] * 4]
    assert begun["attention_mask"] == [[1, 1, 1, 0], [1, 0, 0, 0]]


def test_examples_of_many_lengths_make_few_shapes():
    made = batches(examples(*range(5, 300)), 2000)
    rows = [{name: [e[name] for e in batch] for name in batch[0]} for batch in made]
    shapes = {tuple(Collator(0)([row])["input_ids"].shape) for row in rows}
    assert all(length % STEP == 0 and count * length <= 2000 for count, length in shapes)
    assert len({length for _, length in shapes}) <= 10
