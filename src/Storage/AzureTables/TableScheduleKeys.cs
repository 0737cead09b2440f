using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Keys of the rows that queues, limits and clocks are answered from. They stand in the partition of the task's record, so that they are written in its
/// transaction, and their order is that of the answer.
/// </summary>
internal static class TableScheduleKeys
{
    /// <summary>Stands for any queue or limit: the row is of a task that has too many of them for rows of their own. No name is this text.</summary>
    public const string Crowded = "=";

    private const string Due = "t:";

    private const string Digits = "d19";

    private const int DigestLength = 16;

    /// <summary>All rows of schedules.</summary>
    public static readonly (string From, string End)[] Ranges = [("h:", "h;"), ("q:", "q;"), ("t:", "t;"), ("w:", "w;")];

    /// <summary>Rows of stages that wait, of one queue or of all.</summary>
    public static (string From, string End) Ready(string? queue) => queue is null ? ("q:", "q;") : ($"q:{Name(queue)}:", $"q:{Name(queue)};");

    /// <summary>Rows that say when delays end, and end later than that.</summary>
    public static (string From, string End) DelaysAfter(string queue, DateTimeOffset now) =>
        ($"w:{Name(queue)}:{Number(Math.Min(now.UtcTicks, DateTimeOffset.MaxValue.UtcTicks - 1) + 1)}", $"w:{Name(queue)};");

    /// <summary>Rows of tasks that are due by then.</summary>
    public static (string From, string End) DueBy(DateTimeOffset now) => (Due, $"{Due}{Number(now.UtcTicks)};");

    /// <summary>Rows of those who hold slots of a limit.</summary>
    public static (string From, string End) Held(string limit) => ($"h:{Name(limit)}:", $"h:{Name(limit)};");

    /// <summary>The first part of a key is the same for all stages that are the same to a worker and to fairness; then comes their order.</summary>
    public static string ReadyRow(ReadyStage ready)
    {
        var group = $"{Digest(ready.Kind)}{Digest($"{ready.Needs}\0{ready.FairKey}")}";
        return $"q:{Name(ready.Queue)}:{Rank(ready.Offer.Priority)}:{group}:{Number(ready.Offer.TaskCreatedAt.UtcTicks)}:{ready.Offer.Task}:"
            + $"{Number(ready.NotBefore?.UtcTicks ?? 0)}";
    }

    /// <summary>The row of all waiting stages of a crowded task.</summary>
    public static string CrowdedRow(ReadyStage any) =>
        $"q:{Crowded}:{Rank(any.Offer.Priority)}:{Number(any.Offer.TaskCreatedAt.UtcTicks)}:{any.Offer.Task}";

    public static string DelayRow(string queue, DateTimeOffset moment, TaskId task) => $"w:{Name(queue)}:{Number(moment.UtcTicks)}:{task}";

    public static string DueRow(DateTimeOffset moment, TaskId task) => $"{Due}{Number(moment.UtcTicks)}:{task}";

    public static string HeldRow(string limit, TaskId task) => $"h:{Name(limit)}:{task}";

    /// <summary>The moment in the key of a row of delays.</summary>
    public static DateTimeOffset MomentOf(string row) => new(long.Parse(row.Split(':')[2], CultureInfo.InvariantCulture), TimeSpan.Zero);

    /// <summary>The key of a ready row up to its task, that included.</summary>
    public static string UpToTask(string row) => IsCrowded(row) ? row : row[..row.LastIndexOf(':')];

    /// <summary>The key after all ready rows of the same group, or of the same kind.</summary>
    public static string After(string row, bool kind)
    {
        var parts = row.Split(':');
        return kind ? $"q:{parts[1]}:{parts[2]}:{parts[3][..DigestLength]}~" : $"q:{parts[1]}:{parts[2]}:{parts[3]};";
    }

    public static string RankOf(string row) => row.Split(':')[2];

    public static bool IsCrowded(string row) => row.AsSpan(2).StartsWith($"{Crowded}:");

    /// <summary>Whose row it is; null for one that is not of our form.</summary>
    public static TaskId? TaskOf(string row)
    {
        var parts = row.Split(':');
        var place = row[0] switch { 'q' => IsCrowded(row) ? 4 : 5, 'w' => 3, _ => 2 };
        return parts.Length > place && TaskId.TryParse(parts[place], out var task, out _) ? task : null;
    }

    /// <summary>The greatest priority comes first.</summary>
    private static string Rank(int priority) => (int.MaxValue - (long)priority).ToString("d10", CultureInfo.InvariantCulture);

    private static string Number(long ticks) => ticks.ToString(Digits, CultureInfo.InvariantCulture);

    private static string Name(string name) => name == Crowded ? name : TableKeys.Escape(name);

    /// <summary>Needs and fair shares may be any text, and a key holds few characters.</summary>
    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, DigestLength / 2));
}
