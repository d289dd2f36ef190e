"""The same meaning as `care_engine.bedside`, for many people at once.

    evaluate_bucket(bucket, on, knowledge) -> Answers        one bucket in memory
    evaluate_folder(folder, on, out)                         one bucket from and to Parquet
    run(folders, on, out, processes=1)                       one process or a pool;  `spark.run_on_spark` spreads the same function

Answers are two frames: `statuses` (person_id, service, status, due, opens, overdue_from, closes, given_on, until, flags) and `findings`
(person_id, finding, on). Days are ordinals. `storage.py` says how people and events are laid out.
"""

from care_engine.population import functions, histories  # they declare what the functions of the language mean
from care_engine.population.running import Answers, evaluate_bucket, evaluate_folder, run
from care_engine.population.storage import Bucket, bucket_of

__all__ = ["Answers", "Bucket", "bucket_of", "evaluate_bucket", "evaluate_folder", "functions", "histories", "run"]
