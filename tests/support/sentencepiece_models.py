"""Small SentencePiece models, in place of those that sacrebleu downloads."""

import sentencepiece

SENTENCES = [
    "The cat sat on the mat, and it rained all day.",
    "Das Wetter wird morgen schöner als gestern.",
    "これはペンです。明日は雨が降るでしょう。",
    "我们明天去北京看展览。",
    "나는 내일 학교에 갑니다.",
    "Мы завтра поедем в Москву.",
]


def train(path, **options):
    """Write a small model of the sentences."""
    options = {"vocab_size": 150, "hard_vocab_limit": False, "minloglevel": 2, **options}
    with open(path, "wb") as file:
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(SENTENCES), model_writer=file, **options)
