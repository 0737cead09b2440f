using VideoGen.Storage.Queries;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// Every value that a statement of the writer takes, by one name in all of them: <c>$Status</c> in the SQL is <see cref="Status"/> here, wherever it stands.
/// </summary>
internal enum SqliteValue
{
    Row,
    Kind,
    Key,
    ETag,
    ExpectedETag,
    ContentHash,
    ListHash,
    Changes,
    Version,
    Progress,
    CurrentStage,
    StartedAt,
    CompletedAt,
    UpdatedAt,
    Workers,
    Status,
    Pipeline,
    Labels,
    CreatedAt,
    Deleted,
    Owed,
    Body,
    BodyLength,
    NextDue,
    ScheduleHash,
    Stage,
    Queue,
    Rank,
    StageKind,
    Needs,
    Fair,
    Attempt,
    NotBefore,
    More,
    Limit,
    Worker,
    Weight,
    Expires,
    Priority,
    Errors,
}
