using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Stages;

/// <summary>All that the work of a stage is done from.</summary>
public sealed class StageInputs
{
    /// <param name="parameters">A JSON value. The work gets it as it is written here.</param>
    /// <param name="files">Artifacts, by the names under which the work asks for them. Where they are is no part of it; their bytes are.</param>
    public StageInputs(JsonElement parameters, params IEnumerable<KeyValuePair<string, Artifact>> files)
    {
        Text = JsonSerializer.Serialize(parameters);
        using var parsed = JsonDocument.Parse(Text);
        Parameters = parsed.RootElement.Clone();
        Files = files.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    public JsonElement Parameters { get; }

    public ImmutableSortedDictionary<string, Artifact> Files { get; }

    private string Text { get; }

    /// <summary>The same for the same work alone: each part stands behind its length, so that none can pass for a part of another.</summary>
    internal string KeyOf(string kind, string version)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append("reusable stage 1");
        Append(kind);
        Append(version);
        Append(Text);
        foreach (var (name, artifact) in Files)
        {
            Append(name);
            Append(artifact.Sha256);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string part)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length}:")));
            hash.AppendData(bytes);
        }
    }
}
