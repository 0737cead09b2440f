using System.Text;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Queries;

/// <summary>
/// The errors of a task since its last retry as one text, in a form that every store compares alike: in capital letters, byte for byte. So a search
/// takes no notice of small and capital letters, nor of the ends of lines.
/// </summary>
public static class ErrorText
{
    /// <summary>Characters that are searched; what the errors have beyond them is not found.</summary>
    public const int MaxLength = 4_000;

    /// <summary>Null when there are none.</summary>
    public static string? Of(TaskState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.PresentErrors.IsEmpty)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var error in state.PresentErrors)
        {
            if (text.Length >= MaxLength)
            {
                break;
            }

            text.Append(text.Length == 0 ? "" : " ").Append(error);
        }

        return Fold(text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength));
    }

    /// <summary>A text as it is compared. Characters that a database does not take become others, here as there.</summary>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (folded, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                var isPair = char.IsHighSurrogate(from[i]) && i + 1 < from.Length && char.IsLowSurrogate(from[i + 1]);
                if (isPair)
                {
                    (folded[i], folded[i + 1]) = (from[i], from[i + 1]);
                    i++;
                }
                else
                {
                    folded[i] = char.IsControl(from[i]) ? ' ' : char.IsSurrogate(from[i]) ? '\uFFFD' : char.ToUpperInvariant(from[i]);
                }
            }
        });
    }

    /// <summary>Whether a summary has errors with that text in them.</summary>
    public static bool IsIn(TaskSummary summary, string text)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return summary.Errors?.Contains(Fold(text), StringComparison.Ordinal) == true;
    }
}
