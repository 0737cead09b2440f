using System.Numerics;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// The bytes that a body and its changes are given. A row that keeps its length is written over where it stands, and of its pages only those that differ are
/// written; one that changes it moves, all of it. So a body has some blanks after it. One that fits beside its columns is written with them, and has no changes; a
/// longer one has a row of its own, and its changes have the rest of the page of its columns.
/// </summary>
internal readonly record struct RowRoom(int Body, int Changes)
{
    /// <summary>What a page lacks of holding the most of a row that stays on the page of its table (the file format's "local payload"); the rest goes to pages of its own.</summary>
    private const int FirstPageHeader = 35;

    private const int NextPageHeader = 4;

    /// <summary>Left free, since how long the other columns are is known only about.</summary>
    private const int Slack = 64;

    /// <summary>Bytes of a row of its own beside the body, at most.</summary>
    private const int BodyColumns = 8;

    /// <param name="page">The size of the database's pages.</param>
    /// <param name="columns">What the other columns take, about.</param>
    /// <param name="body">The length of the body.</param>
    public static RowRoom For(int page, int columns, int body)
    {
        columns += Slack;
        var (first, next) = (page - FirstPageHeader, page - NextPageHeader);
        var alone = RoundUp(body);
        if (columns + alone <= first)
        {
            return new RowRoom(alone, 0);
        }

        // Whole pages: what stays on the first one is then all that it holds.
        var least = PagesAfter(columns + (page / 2) + next - 1);
        var pages = Math.Max(least, PagesAfter(columns + (body / 8)));
        return new RowRoom(first + (PagesAfter(BodyColumns + body + next - 1) * next) - BodyColumns, first + (pages * next) - columns);

        int PagesAfter(int length) => Math.Max(0, length - first) / next;
    }

    /// <summary>Up to an eighth more.</summary>
    private static int RoundUp(int length)
    {
        var step = Math.Max(64, (int)BitOperations.RoundUpToPowerOf2((uint)length) / 16);
        return (length + step - 1) / step * step;
    }
}
