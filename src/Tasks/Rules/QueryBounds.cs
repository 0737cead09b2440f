using VideoGen.Tasks.Queries;

namespace VideoGen.Tasks.Rules;

/// <summary>The bounds of what a query carries (T10). What only a store can tell, such as whether a page token is one of its own, the store checks.</summary>
internal static class QueryBounds
{
    /// <summary>Characters of a page token; those of every store are shorter.</summary>
    private const int MaxToken = 1_024;

    /// <summary>Null when the query is within bounds, else what is wrong with it.</summary>
    public static string? Check(TaskQuery? query)
    {
        if (query is null)
        {
            return "There is no query.";
        }

        if (query.PageSize is < 1 or > TaskQuery.MaxPageSize)
        {
            return $"A page holds 1 to {TaskQuery.MaxPageSize} tasks; {query.PageSize} were asked for.";
        }

        if (!query.Statuses.IsDefault && query.Statuses.FirstOrDefault(status => !Enum.IsDefined(status)) is var odd && !Enum.IsDefined(odd))
        {
            return $"{(int)odd} is not a status of a task.";
        }

        if (!IsPlainOrMissing(query.Pipeline, StageName.MaxLength))
        {
            return $"The name of a pipeline has at most {StageName.MaxLength} characters, and no control characters.";
        }

        if (!IsPlainOrMissing(query.IdPrefix, TaskId.MaxLength))
        {
            return $"An id prefix has at most {TaskId.MaxLength} characters of A-Z a-z 0-9 . _ -";
        }

        if (query.FindProblem() is { } problem)
        {
            return problem;
        }

        if (query.AllLabels().Any(label => NameText.HasControl(label.Key) || NameText.HasControl(label.Value)))
        {
            return "A label to search for has no control characters.";
        }

        return IsPlainOrMissing(query.After, MaxToken) ? null : "The page token is not one that a list came with; ask for the first page without a token.";
    }

    private static bool IsPlainOrMissing(string? text, int maxLength) => string.IsNullOrEmpty(text) || NameText.IsPlain(text, maxLength);
}
