namespace VideoGen.Tasks.Stored;

/// <summary>The names under which tasks are stored. Records that exist are found by them, so they stay as they are.</summary>
public static class TaskStorage
{
    /// <summary>The name of the storage provider that the grains of tasks ask for.</summary>
    public const string ProviderName = "tasks";

    /// <summary>The type of the grains of tasks.</summary>
    public const string GrainTypeName = "taskstate";

    /// <summary>The name of the state within such a grain.</summary>
    public const string StateName = "task";
}
