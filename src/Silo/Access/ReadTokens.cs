using System.Globalization;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Access;

/// <summary>
/// Tokens that let whoever has one look at one task, until a time; for showing a task to somebody, and for embedding it. One for embedding names the site
/// whose pages may read what it opens.
/// </summary>
internal sealed class ReadTokens(Seals seals, TimeProvider time)
{
    public const string Prefix = "vgr_";

    public const string Parameter = "read";

    public static readonly TimeSpan MaxLength = TimeSpan.FromDays(7);

    private const string Purpose = "read";

    /// <param name="task">What it shows.</param>
    /// <param name="end">Until then.</param>
    /// <param name="site">Whose pages may read it; null for those of no other site.</param>
    public string Create(TaskId task, DateTimeOffset end, SiteOrigin? site = null)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{end.ToUnixTimeSeconds()} {task}");
        return Prefix + seals.Seal(Purpose, site is null ? text : $"{text} {site}");
    }

    /// <summary>Whom the token lets in; null when it is not ours, or its time is over.</summary>
    public Caller? Find(string text) =>
        Open(text) is [var end, var id, ..] && TimeOf(end) > time.GetUtcNow() && TaskId.TryParse(id, out var task, out _)
            ? new Caller($"read token of {task}", Role.Viewer, TaskState.NoLabels) { Only = task }
            : null;

    /// <summary>The site that the token names, even when its time is over: its pages may hear that.</summary>
    public string? SiteOf(string text) => Open(text) is [_, _, var site] ? site : null;

    /// <summary>Until when a token that names no site is good; null for anything else.</summary>
    public DateTimeOffset? EndOf(string text) => Open(text) is [var end, _] ? TimeOf(end) : null;

    private static DateTimeOffset TimeOf(string seconds) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));

    private string[]? Open(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && seals.Open(Purpose, text[Prefix.Length..])?.Split(' ') is { Length: 2 or 3 } parts ? parts : null;
}
