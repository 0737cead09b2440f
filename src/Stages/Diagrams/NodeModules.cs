namespace VideoGen.Stages.Diagrams;

/// <summary>Finds packages that npm installed for all programs of this machine.</summary>
internal static class NodeModules
{
    private static readonly string[] Folders =
    [
        "/usr/lib/node_modules", "/usr/local/lib/node_modules", "/usr/share/nodejs", Path.Combine(AppContext.BaseDirectory, "node_modules"), "node_modules",
    ];

    /// <summary>The absolute path of a script; null where there is none.</summary>
    /// <param name="variable">The variable of the environment that may name it, or the folder of its package.</param>
    /// <param name="entries">Where it may stand among the packages.</param>
    public static string? Find(string variable, params IReadOnlyList<string> entries)
    {
        var named = Environment.GetEnvironmentVariable(variable);
        var candidates = string.IsNullOrEmpty(named)
            ? []
            : new[] { named }.Concat(entries.Select(entry => Path.Combine(named, entry[(entry.IndexOf('/', StringComparison.Ordinal) + 1)..])));
        return candidates.Concat(Folders.SelectMany(folder => entries.Select(entry => Path.Combine(folder, entry))))
            .Where(File.Exists).Select(Path.GetFullPath).FirstOrDefault();
    }
}
