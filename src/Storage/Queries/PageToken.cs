using System.Buffers.Text;
using System.Globalization;
using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Queries;

/// <summary>Where a page ended: the next one begins after this task. Callers see it as an opaque text.</summary>
internal readonly record struct PageToken(DateTimeOffset CreatedAt, string TaskId)
{
    public static PageToken Of(TaskSummary last) => new(last.CreatedAt, last.TaskId.Value);

    /// <summary>Whether a task comes after it in the order of lists: the newest first, and by id among those of one moment.</summary>
    public bool IsBefore(TaskSummary summary) =>
        summary.CreatedAt < CreatedAt || (summary.CreatedAt == CreatedAt && string.CompareOrdinal(summary.TaskId.Value, TaskId) > 0);

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CreatedAt.UtcTicks:x} {TaskId}")));

    /// <exception cref="ArgumentException">The text is not a token that an earlier page came with.</exception>
    public static PageToken? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length <= 256 && Base64Url.IsValid(text))
        {
            var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(' ');
            if (parts.Length == 2
                && long.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
                && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
                && VideoGen.Tasks.TaskId.TryParse(parts[1], out _, out _))
            {
                return new PageToken(new DateTimeOffset(ticks, TimeSpan.Zero), parts[1]);
            }
        }

        throw new ArgumentException("The page token is not one that a list came with; ask for the first page without a token.", nameof(text));
    }
}
