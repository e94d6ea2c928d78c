"""Numbers of BERT base, for 37 words.

Sizes are the paper's: vectors of 768, 12 heads, 3072 between. Counts are those of BertModel in
transformers, "bert-base-uncased": 23,837,184 + 12 x 7,087,872 + 590,592.
"""

from tests.architectures.published import rows

BERT_EMBEDDINGS = rows("""
words 37x768 23440896
positions 37x768 393216
segments 37x768 1536
add 37x768 0
norm 37x768 1536
dropout 37x768 0
""")
"""word, position and token type embeddings, and their normalization"""

BERT_LAYER = rows("""
query 37x768 590592
key 37x768 590592
value 37x768 590592
query_heads 37x12x64 0
key_heads 37x12x64 0
value_heads 37x12x64 0
attention 37x12x64 0
merge 37x768 0
output 37x768 590592
dropout1 37x768 0
add1 37x768 0
norm1 37x768 1536
linear1 37x3072 2362368
activation 37x3072 0
dropout 37x3072 0
linear2 37x768 2360064
dropout2 37x768 0
add2 37x768 0
norm2 37x768 1536
""")
"""one of the 12 encoder layers: 7,087,872 parameters"""

BERT_POOLER = rows("""
pooler.0 768 0
pooler.1 768 590592
pooler.2 768 0
""")
"""the linear layer on the first vector"""
