namespace AuthzSim.Server.State;

/// <summary>One change of one object.</summary>
/// <param name="Object">The object after; of a deletion the object as it was, with the version of the deletion.</param>
/// <param name="Previous">The object before; null when it is new.</param>
/// <param name="IsDeletion">True when the object is gone.</param>
internal sealed record ObjectEvent(StoredObject Object, StoredObject? Previous, bool IsDeletion)
{
    public long Version => Object.Version;
}
