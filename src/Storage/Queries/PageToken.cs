using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Queries;

/// <summary>
/// Where a page ended: the next one begins after that place. Callers see it as an opaque text. It names the order and the conditions of its list, so that it
/// continues no other one.
/// </summary>
internal static class PageToken
{
    private const int MaxLength = 256;

    private const string Orders = "cup";

    public static string Of(TaskQuery query, TaskSummary last) => Of(query, ListPlace.Of(last, query.Sort));

    public static string Of(TaskQuery query, ListPlace place) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{CodeOf(query)} {place.First:x} {place.CreatedAt:x} {place.TaskId} {DigestOf(query):x}")));

    /// <summary>Where the page before ended; null for a query of the first page.</summary>
    /// <exception cref="ArgumentException">The text is not a token that an earlier page of this list came with.</exception>
    public static ListPlace? Parse(TaskQuery query)
    {
        if (query.After is not { } text)
        {
            return null;
        }

        var parts = text.Length <= MaxLength && Base64Url.IsValid(text) ? Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(' ') : [];

        // A silo of a former program, which knows one order, makes tokens of two parts.
        var (code, first, created, id) = parts switch
        {
            [var ticks, var task] => ("c", ticks, ticks, task),
            [[_] letter, var value, var ticks, var task, _] => (letter, value, ticks, task),
            _ => ("", "", "", ""),
        };
        if (!Orders.Contains(char.ToLowerInvariant(code.FirstOrDefault()), StringComparison.Ordinal)
            || !TryParse(first, out var place) || !TryParse(created, out var createdAt) || createdAt < 0 || createdAt > DateTimeOffset.MaxValue.UtcTicks
            || (code is not ("p" or "P") && (place < 0 || place > DateTimeOffset.MaxValue.UtcTicks))
            || !TaskId.TryParse(id, out _, out _))
        {
            throw new ArgumentException("The page token is not one that a list came with; ask for the first page without a token.");
        }

        if (code != CodeOf(query))
        {
            throw new ArgumentException(
                $"The page token is of a list by {NameOf(code)}, not of one by {NameOf(CodeOf(query))}; ask for the first page without a token.");
        }

        return parts.Length == 2 || parts[^1] == DigestOf(query).ToString("x", CultureInfo.InvariantCulture)
            ? new ListPlace(place, createdAt, id)
            : throw new ArgumentException(
                "The page token is of a list with other conditions; repeat those, or ask for the first page without a token.");
    }

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);

    /// <summary>The letter of the order, a capital one where it is ascending.</summary>
    private static string CodeOf(TaskQuery query)
    {
        var letter = Orders[(int)query.Sort];
        return $"{(query.Ascending ? char.ToUpperInvariant(letter) : letter)}";
    }

    private static string NameOf(string code)
    {
        var sort = (TaskSort)Orders.IndexOf(char.ToLowerInvariant(code[0]), StringComparison.Ordinal);
        return $"{sort.ToWireName()}, {(char.IsUpper(code[0]) ? "ascending" : "descending")}";
    }

    /// <summary>Of the conditions; how much one page shows is not one.</summary>
    private static ulong DigestOf(TaskQuery query)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', TaskQueries.StatusesOf(query).Distinct().Order().Select(status => status.ToWireName()));
        foreach (var part in (ReadOnlySpan<string?>)[query.Pipeline, query.IdPrefix is "" ? null : query.IdPrefix, query.Error])
        {
            text.Append('\n').Append(part is null ? '-' : '=').Append(part);
        }

        foreach (var time in (ReadOnlySpan<DateTimeOffset?>)[query.CreatedAfter, query.CreatedBefore, query.UpdatedAfter, query.UpdatedBefore])
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"{time?.UtcTicks}");
        }

        foreach (var (key, value) in query.AllLabels())
        {
            text.Append('\n').Append(key).Append('\t').Append(value);
        }

        return XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
