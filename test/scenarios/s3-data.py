"""pandas, PyArrow and s3fs on S3 as data people use them: nothing but AWS_ENDPOINT_URL says that it is Squall."""

import os

import pandas
import pyarrow.dataset
import pyarrow.fs
import s3fs

files = s3fs.S3FileSystem()
files.mkdir("lake")

# s3fs: whole files, appending, ranges, copies, listings and globs.
with files.open("lake/notes/a.txt", "w") as file:
    file.write("hello\n" * 3)
with files.open("lake/notes/a.txt", "a") as file:
    file.write("again\n")
assert files.cat("lake/notes/a.txt").decode().splitlines() == ["hello", "hello", "hello", "again"]
assert files.cat_file("lake/notes/a.txt", start=6, end=11) == b"hello"
files.cp("lake/notes/a.txt", "lake/notes/ü b.txt")
assert files.glob("lake/notes/*.txt") == ["lake/notes/a.txt", "lake/notes/ü b.txt"]
assert files.info("lake/notes/a.txt")["size"] == 24
large = os.urandom(12 * 1024 * 1024)
with files.open("lake/large.bin", "wb", block_size=5 * 1024 * 1024) as file:
    file.write(large)
assert files.cat("lake/large.bin") == large
files.rm("lake/notes", recursive=True)
assert not files.exists("lake/notes/a.txt")

# pandas: CSV and Parquet by URL.
frame = pandas.DataFrame({"id": range(1000), "city": ["Bern", "Köln"] * 500})
frame.to_csv("s3://lake/frame.csv", index=False)
assert pandas.read_csv("s3://lake/frame.csv").equals(frame)
frame.to_parquet("s3://lake/frame.parquet")
assert pandas.read_parquet("s3://lake/frame.parquet", columns=["id"])["id"].sum() == 499500

# PyArrow has a client of its own, in C++: a dataset in partitions, and what is read of it.
endpoint = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
arrow = pyarrow.fs.S3FileSystem(endpoint_override=endpoint, scheme="http", region="us-east-1")
table = pyarrow.Table.from_pandas(frame)
pyarrow.dataset.write_dataset(table, "lake/cities", filesystem=arrow, format="parquet", partitioning=["city"])
cities = pyarrow.dataset.dataset("lake/cities", filesystem=arrow, partitioning=["city"])
assert cities.count_rows(filter=pyarrow.dataset.field("city") == "Köln") == 500
assert [info.base_name for info in arrow.get_file_info(pyarrow.fs.FileSelector("lake/cities"))] == ["Bern", "Köln"]
with arrow.open_input_file("lake/large.bin") as file:
    assert file.read_at(10, 6_000_000) == large[6_000_000:6_000_010]
arrow.delete_dir("lake/cities")

print("fine")
