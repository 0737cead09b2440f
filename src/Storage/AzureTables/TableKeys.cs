using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.AzureTables;

/// <summary>Where things are in the table. The first letter of a row key tells records from rows of the index and of deleted tasks.</summary>
internal static class TableKeys
{
    /// <summary>Rows of this prefix are the list of tasks: the inverted time of creation, so that the service's own order is the newest first.</summary>
    public const string IndexPrefix = "i:";

    /// <summary>The first key after all rows of the index.</summary>
    public const string IndexEnd = "i;";

    public const string DeletedPrefix = "d:";

    public const string DeletedEnd = "d;";

    public const string MetaPartition = "meta";

    public const string MetaRow = "store";

    /// <summary>A row key may have 1 KiB, which is 512 characters.</summary>
    private const int MaxPlainLength = 400;

    public static int PartitionOf(RecordKey key, int partitions) =>
        (int)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{key.Kind}\0{key.Id}")) % (uint)partitions);

    public static string Partition(int number) => number.ToString("'p'000", CultureInfo.InvariantCulture);

    public static string RecordRow(RecordKey key)
    {
        var plain = $"r:{Escape(key.Kind)}:{Escape(key.Id)}";
        return plain.Length <= MaxPlainLength ? plain : $"r~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain)))}";
    }

    /// <summary>What comes before the id in the key of a task's record.</summary>
    public static string TaskPrefix { get; } = RecordRow(new RecordKey(RecordKey.TaskKind, "x"))[..^1];

    /// <summary>Where the records of tasks are: an id is short enough that its key is plain.</summary>
    public static (string From, string End) TaskRecords { get; } = (TaskPrefix, TaskPrefix[..^1] + ";");

    /// <summary>The row that lists a task, or that says that it was deleted.</summary>
    public static string ListRow(TaskSummary summary) =>
        summary.Deleted ? DeletedPrefix + summary.TaskId : IndexRow(summary.CreatedAt, summary.TaskId.Value);

    public static string IndexRow(DateTimeOffset createdAt, string taskId) =>
        string.Create(CultureInfo.InvariantCulture, $"{IndexPrefix}{DateTimeOffset.MaxValue.UtcTicks - createdAt.UtcTicks:d19}:{taskId}");

    /// <summary>All tasks that were created at that time or later come before it, and no others.</summary>
    public static string IndexBefore(DateTimeOffset createdAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{IndexPrefix}{DateTimeOffset.MaxValue.UtcTicks - createdAt.UtcTicks + 1:d19}");

    /// <summary>The column of a label on rows of the index. Names of columns are short and of few characters, so it is a digest.</summary>
    public static string LabelColumn(string name) => "L" + Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(name)));

    /// <summary>Keys may not hold slashes, number signs, question marks or control characters.</summary>
    public static string Escape(string text)
    {
        if (text.All(IsPlain))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            _ = b < 128 && IsPlain((char)b) ? escaped.Append((char)b) : escaped.Append(CultureInfo.InvariantCulture, $"={b:x2}");
        }

        return escaped.ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
