using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Cli.Exits;
using VideoGen.Tasks.Access;

namespace VideoGen.Cli.Http;

/// <summary>The keys of a cluster over HTTP, for who has one of an admin.</summary>
internal sealed class HttpKeys(HttpCluster cluster)
{
    /// <summary>The text of the new key, which the silo makes.</summary>
    public async Task<string> CreateAsync(AccessKey key, CancellationToken cancellationToken)
    {
        var (made, _) = await cluster.ActAsync(
            HttpMethod.Post,
            "api/keys",
            () => JsonContent.Create(new { name = key.Name, role = key.Role.ToWireName(), labels = key.Labels, expires_at = key.ExpiresAt }),
            cancellationToken);
        return made.GetProperty("key").GetString()!;
    }

    public async Task<AccessKeys> ListAsync(CancellationToken cancellationToken) => await cluster.GetAsync("api/keys", cancellationToken) is { } list
        ? new AccessKeys { Keys = [.. list.GetProperty("keys").EnumerateArray().Select(KeyOf)] }
        : new AccessKeys();

    /// <summary>Whether there was one.</summary>
    public async Task<bool> RevokeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.ActAsync(HttpMethod.Delete, $"api/keys/{Uri.EscapeDataString(name)}", () => null, cancellationToken);
            return true;
        }
        catch (CommandFailedException exception) when (exception.ExitCode == ExitCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>What the silo shows of a key, which is everything but the hash of its text.</summary>
    private static AccessKey KeyOf(JsonElement key) => new(
        key.GetProperty("name").GetString()!,
        Roles.TryParseWireName(key.GetProperty("role").GetString(), out var role) ? role : default,
        "",
        key.GetProperty("created_at").GetDateTimeOffset())
    {
        Labels = key.LabelsOf(),
        ExpiresAt = key.TimeOf("expires_at"),
        LastUsedAt = key.TimeOf("last_used_at"),
        RevokedAt = key.TimeOf("revoked_at"),
    };
}
