using System.Globalization;
using VideoGen.Tasks;

namespace VideoGen.Silo.Api.Work;

/// <summary>
/// What a worker shows for a stage that it holds: the token of the lease, and the incarnation that only its holder knows. So a worker that counts on from a
/// token of its own does not get hold of another's stage.
/// </summary>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">The full name.</param>
/// <param name="Token">Of the lease.</param>
/// <param name="Incarnation">Of the worker.</param>
internal readonly record struct LeaseKey(TaskId Task, StageName Stage, long Token, Guid Incarnation)
{
    public const string Header = "VideoGen-Lease";

    /// <summary>As in the header.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Token}.{Incarnation:N}");

    /// <summary>The folder of the store that only this attempt has.</summary>
    public string Folder => string.Create(CultureInfo.InvariantCulture, $"{Task}/{Stage.Value.Replace(':', '/')}/{Token}");

    public static bool TryParse(string? id, string? stage, string? text, out LeaseKey key, out string? problem)
    {
        key = default;
        if (!TaskId.TryParse(id, out var task, out problem) || !StageName.TryParse(stage, out var name, out problem))
        {
            return false;
        }

        if (text?.Split('.') is [var token, var incarnation] && long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Guid.TryParseExact(incarnation, "N", out var worker))
        {
            key = new LeaseKey(task, name, number, worker);
            return true;
        }

        problem = $"The header {Header} is the 'lease' that came with the stage.";
        return false;
    }
}
