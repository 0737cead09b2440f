using System.Numerics;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// The bytes that a row gives to its body and to deltas of it. An update that keeps the length of a row is written over in place, and only the pages that
/// differ are written; one that changes the length moves the row. So bodies are padded, and delta columns have a fixed length. Deltas/README.md has the
/// reasons.
/// </summary>
/// <param name="Body">Length of the padded body.</param>
/// <param name="Delta">Length of the delta column; 0 for a body that stands beside its columns and is always written whole.</param>
internal readonly record struct RowLayout(int Body, int Delta)
{
    /// <summary>
    /// Page bytes that the local payload of a row cannot use: a row of a table spills to overflow pages when its payload is longer than the page less these
    /// (SQLite file format, section 1.6, "X is U-35").
    /// </summary>
    private const int LocalPayloadOverhead = 35;

    /// <summary>The number of the next page, at the head of each overflow page (section 1.7).</summary>
    private const int OverflowPageHeader = 4;

    /// <summary>Left free, because the length of the other columns is an estimate.</summary>
    private const int Slack = 64;

    /// <summary>Bytes of a row in <c>bodies</c> beside the body, at most.</summary>
    private const int BodyColumns = 8;

    /// <summary>Padded lengths are multiples of this, or of a sixteenth of the length where that is more: at most an eighth is padding.</summary>
    private const int LeastPadding = 64;

    /// <param name="page">The size of the database's pages.</param>
    /// <param name="columns">An estimate of what the other columns take.</param>
    /// <param name="body">The length of the body.</param>
    public static RowLayout For(int page, int columns, int body)
    {
        columns += Slack;
        var (first, next) = (page - LocalPayloadOverhead, page - OverflowPageHeader);
        var padded = Pad(body);
        if (columns + padded <= first)
        {
            return new RowLayout(padded, 0);
        }

        // Full overflow pages: SQLite keeps what does not fill one in the first page, so full ones leave the first page full as well. The delta has at least
        // half a page.
        var least = FullOverflowPages(columns + (page / 2) + next - 1);
        var pages = Math.Max(least, FullOverflowPages(columns + (body / 8)));
        return new RowLayout(first + (FullOverflowPages(BodyColumns + body + next - 1) * next) - BodyColumns, first + (pages * next) - columns);

        int FullOverflowPages(int payload) => Math.Max(0, payload - first) / next;
    }

    private static int Pad(int length)
    {
        var step = Math.Max(LeastPadding, (int)BitOperations.RoundUpToPowerOf2((uint)length) / 16);
        return (length + step - 1) / step * step;
    }
}
