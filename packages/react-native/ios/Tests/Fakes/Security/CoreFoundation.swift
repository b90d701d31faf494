import Foundation

// On Apple's systems these come with Foundation and are bridged at no cost.
public typealias CFString = NSString
public typealias CFDictionary = NSDictionary
public typealias CFData = NSData
public typealias CFArray = NSArray
public typealias CFError = NSError
public typealias CFTypeRef = AnyObject
public typealias CFAllocator = AnyObject
public typealias OSStatus = Int32
