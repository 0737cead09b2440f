using System.Text.Json.Serialization;

namespace VideoGen.Tasks.Access;

/// <summary>What a caller may do. The names are the stored ones.</summary>
[JsonConverter(typeof(RoleJsonConverter))]
public enum Role
{
    /// <summary>Sees tasks, what they made, queues and workers.</summary>
    [JsonStringEnumMemberName("viewer")] Viewer,

    /// <summary>Sees, and creates, steers and deletes tasks, and sets queues and limits.</summary>
    [JsonStringEnumMemberName("operator")] Operator,

    /// <summary>Takes stages and reports on them, and sees; it steers nothing.</summary>
    [JsonStringEnumMemberName("worker")] Worker,

    /// <summary>All of it, and says who may do what.</summary>
    [JsonStringEnumMemberName("admin")] Admin,
}

public static class Roles
{
    /// <summary>Whether one who has this role may do what needs that one. Each may look; an operator does no worker's part, nor the other way round.</summary>
    public static bool Allows(this Role held, Role needed) => held == needed || held == Role.Admin || needed == Role.Viewer;

    /// <summary>The stored name: <c>viewer</c>, <c>operator</c>, ...</summary>
    public static string ToWireName(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        Role.Worker => "worker",
        Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a role."),
    };

    public static bool TryParseWireName(string? text, out Role role)
    {
        foreach (var candidate in Enum.GetValues<Role>())
        {
            if (candidate.ToWireName() == text)
            {
                role = candidate;
                return true;
            }
        }

        role = default;
        return false;
    }
}

/// <summary>Names only: a number would become a role that is none of these.</summary>
internal sealed class RoleJsonConverter() : JsonStringEnumConverter<Role>(namingPolicy: null, allowIntegerValues: false);
