using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>
/// Which of two messages of an attempt shows: the one of the higher sequence, then of the higher fraction, then of the text that sorts later. A report
/// without a text ranks below all others. The order is total, so reports in any order show the same message in the end (T8).
/// </summary>
/// <param name="Sequence">Of the report.</param>
/// <param name="Fraction">Of the report, from 0 to 1.</param>
/// <param name="Text">As it is stored: no longer than a message may be.</param>
internal readonly record struct MessageRank(long Sequence, double Fraction, string? Text) : IComparable<MessageRank>
{
    public static MessageRank Of(ReportProgress report) => Of(report.Sequence, report.Fraction, report.Message);

    public static MessageRank Of(LastProgress last) => Of(last.Sequence, last.Fraction, last.Message);

    public int CompareTo(MessageRank other)
    {
        if (string.IsNullOrEmpty(Text) || string.IsNullOrEmpty(other.Text))
        {
            return (Text?.Length ?? 0).CompareTo(other.Text?.Length ?? 0);
        }

        var order = CompareNumbers(other.Sequence, other.Fraction);
        return order != 0 ? order : string.CompareOrdinal(Text, other.Text);
    }

    /// <summary>Whether this message is to show in place of the stage's own, whose text is read only where the numbers do not tell.</summary>
    public bool IsAbove(StageState stage)
    {
        if (string.IsNullOrEmpty(Text))
        {
            return false;
        }

        var order = CompareNumbers(stage.ProgressSequence, stage.MessageProgress);
        return order != 0 ? order > 0 : string.CompareOrdinal(Text, stage.Message) > 0;
    }

    private static MessageRank Of(long sequence, double fraction, string? message) =>
        new(sequence, TaskTransitions.Clamp(fraction), message is null ? null : MessageText.Cut(message));

    private int CompareNumbers(long sequence, double fraction)
    {
        var order = Sequence.CompareTo(sequence);
        return order != 0 ? order : Fraction.CompareTo(fraction);
    }
}
