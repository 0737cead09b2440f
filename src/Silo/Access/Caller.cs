using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Access;

/// <summary>Who asks.</summary>
/// <param name="Name">The key's name; or who else it is, in words.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Labels">They see only tasks that have all of these, and make only such; empty for all tasks.</param>
internal sealed record Caller(string Name, Role Role, ImmutableSortedDictionary<string, string> Labels)
{
    private static readonly ConditionalWeakTable<AccessKey, Caller> OfKeys = [];

    /// <summary>Without any key a silo is open to whoever reaches its loopback address.</summary>
    public static Caller Anyone { get; } = new("anyone on this machine", Role.Admin, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>The only task that they may look at; null for all that the labels allow.</summary>
    public TaskId? Only { get; init; }

    public bool IsAnyone => ReferenceEquals(this, Anyone);

    public static Caller Of(AccessKey key) => OfKeys.GetValue(key, static key => new Caller(key.Name, key.Role, key.Labels ?? TaskState.NoLabels));

    /// <summary>Whether a task with these labels is theirs to see.</summary>
    public bool Sees(IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var (key, value) in Labels)
        {
            if (labels is null || !labels.TryGetValue(key, out var own) || own != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same question about their tasks alone; null when it is about others.</summary>
    public TaskQuery? Narrow(TaskQuery query)
    {
        if (Labels.IsEmpty)
        {
            return query;
        }

        var asked = query.AllLabels();
        return asked.Any(label => Labels.TryGetValue(label.Key, out var own) && own != label.Value)
            ? null
            : query with { Label = null, Labels = [.. asked.Union(Labels)] };
    }
}

internal static class CallerExtensions
{
    /// <summary>Who asks, once it is known that they may.</summary>
    public static Caller GetCaller(this HttpContext context) => context.Features.Get<Caller>() ?? Caller.Anyone;

    /// <summary>Whether what is for admins is for who asks; false of who is not known yet.</summary>
    public static bool IsAdmin(this HttpContext context) => context.Features.Get<Caller>() is { } caller && caller.Role.Allows(Role.Admin);
}
