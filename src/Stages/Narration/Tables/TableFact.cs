using System.Collections.Immutable;

namespace VideoGen.Stages.Narration.Tables;

/// <summary>Something that is true of a table as a whole.</summary>
internal abstract record TableFact
{
    private TableFact()
    {
    }

    /// <summary>Which rows have the greatest and the least number of a column.</summary>
    /// <param name="Column">Its head.</param>
    /// <param name="Most">As it stands in the document.</param>
    /// <param name="MostRows">Those that have it.</param>
    /// <param name="Least">As it stands in the document.</param>
    /// <param name="LeastRows">Those that have it.</param>
    /// <param name="Sum">The row that adds the others up, as the document has it.</param>
    public sealed record Extremes(
        string Column, string Most, ImmutableArray<string> MostRows, string Least, ImmutableArray<string> LeastRows, (string Name, string Value)? Sum)
        : TableFact;

    /// <summary>From which year to which a column goes.</summary>
    public sealed record Years(string Column, string First, string FirstRow, string Last, string LastRow) : TableFact;

    /// <summary>How a column goes over time.</summary>
    /// <param name="Column">Its head.</param>
    /// <param name="From">The first number and its moment.</param>
    /// <param name="To">The last.</param>
    /// <param name="Direction">1 where it never falls, -1 where it never rises, else 0.</param>
    /// <param name="High">The greatest one, where it is within.</param>
    /// <param name="Low">The least one, where it is within.</param>
    public sealed record Course(
        string Column, TableValue From, TableValue To, int Direction, TableValue? High, TableValue? Low) : TableFact;

    /// <summary>All rows have the same in a column.</summary>
    public sealed record Same(string Column, string Value) : TableFact;

    /// <summary>A few answers, and which rows have which.</summary>
    public sealed record Groups(string Column, ImmutableArray<(TableAnswer Answer, ImmutableArray<string> Rows)> Parts) : TableFact;

    /// <summary>Between which numbers a row goes, in a table whose columns are one series.</summary>
    public sealed record Range(string Row, string Most, ImmutableArray<string> MostColumns, string Least, ImmutableArray<string> LeastColumns) : TableFact;

    /// <summary>A row with the numbers of the one before.</summary>
    public sealed record Repeats(string Row, string Other) : TableFact;
}

/// <param name="Text">As it stands in the document.</param>
/// <param name="Name">Of its row or column.</param>
internal sealed record TableValue(string Text, string Name);

/// <summary>What a cell answers.</summary>
/// <param name="IsYes">Whether it is a yes or a no; null for any other word.</param>
/// <param name="Text">As it stands in the document.</param>
internal sealed record TableAnswer(bool? IsYes, string Text);
